import re

import openapi_spec_validator
import pytest


def test_the_description_is_valid_openapi(stranger):
    found = stranger.simulate_get("/openapi.json")

    assert found.headers["Content-Type"] == "application/json"
    openapi_spec_validator.validate(found.json)
    assert found.json["openapi"].startswith("3.1")
    assert "/events" in found.json["paths"]


def test_the_page_takes_all_that_it_needs_from_here(stranger):
    page = stranger.simulate_get("/docs")
    links = re.findall(r'(?:src|href)="(/[^"]*)"', page.text)

    assert len(links) == 4
    assert "http" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    for link in links:
        assert stranger.simulate_get(link).status_code == 200, link


@pytest.mark.parametrize("file", ["redoc.js", "x", "..", "url.json"])
def test_other_files_are_not_given(stranger, file):
    assert stranger.simulate_get(f"/docs/{file}").status_code in {401, 404}


def test_a_file_says_what_it_is(stranger):
    style = stranger.simulate_get("/docs/swagger_style.css")

    assert style.headers["Content-Type"] == "text/css; charset=utf-8"
    assert style.headers["X-Content-Type-Options"] == "nosniff"
    assert stranger.simulate_head("/docs/swagger_style.css").text == ""
