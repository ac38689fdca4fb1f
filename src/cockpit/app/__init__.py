"""Puts the house together: what holds for this cockpit, where it lives, what it starts.

command line ──▶ home ──▶ settings ──▶ logs ──▶ Redis ──▶ rack (doors, robot, timers)

* `home`: `find`, `Home`: the paths, the format and the lock of a home.
* `settings`, `forms`: every setting as a Struct; the forms its text can take.
* `fields`: the settings as a table, for the loader, the template and the documentation.
* `config`: `load`, `template`: cockpit.toml and the environment; every mistake at once.
* `redis_server`: `RedisServer`, the embedded Redis; `redis_program` chooses the program,
  `redis_orphan` clears what a killed rack left, `redis_outside` judges a Redis we did not start.
* `leash`: ties a child process to this one, so that it dies with it.
* `logs`: `configure`, what the processes write about themselves; `rotating_file` keeps it small.
* `probe`: whether this cockpit is ready; `metrics`: its figures, from the doors, Redis and the hub.
"""
