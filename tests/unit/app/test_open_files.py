import subprocess
import sys

import pytest

LOOK = """
import resource
from cockpit.app.open_files import raise_limit
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
print(raise_limit(), *resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(("soft", "hard"), [(64, 256), (256, 256)])
def test_a_process_may_open_as_many_files_as_the_machine_lets_it(soft, hard):
    program = LOOK.format(soft=soft, hard=hard)
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert said.stdout.split() == [b"256", b"256", b"256"]
