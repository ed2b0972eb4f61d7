"""scripts/label-studio: it notices what is in the way, and keeps its secrets to its owner."""

from __future__ import annotations

import json
import socket
import stat
from pathlib import Path

from conftest import Running, run_script


def test_a_busy_port_is_an_error_that_names_a_free_one(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        started = run_script("start", "--data", str(tmp_path / "data"), "--port", str(port))

    assert started.returncode == 2
    assert f"port {port} is taken" in started.stderr
    assert "--port" in started.stderr


def test_stop_and_status_of_a_server_that_does_not_run(tmp_path: Path) -> None:
    stopped, asked = run_script("stop", "--data", str(tmp_path)), run_script("status", "--data", str(tmp_path))

    assert (stopped.returncode, stopped.stdout.strip()) == (0, "not running")
    assert asked.returncode == 3


def test_secrets_are_files_of_their_owner_and_never_printed_into_a_pipe(label_studio: Running) -> None:
    again = run_script("start", "--data", str(label_studio.data))

    assert again.returncode == 0
    assert label_studio.url in again.stdout
    assert label_studio.user in again.stdout
    assert "attribution review push" in again.stdout
    assert label_studio.password not in again.stdout
    assert label_studio.token not in again.stdout
    for name in ("token", "account.json"):
        assert stat.S_IMODE((label_studio.data / name).stat().st_mode) == 0o600


def test_secrets_are_not_on_the_command_line_or_in_the_log(label_studio: Running) -> None:
    state = json.loads((label_studio.data / "server.json").read_text())
    commands = Path(f"/proc/{state['pid']}/cmdline").read_bytes()
    log = (label_studio.data / "label-studio.log").read_text("utf-8", "replace")

    for secret in (label_studio.password, label_studio.token):
        assert secret.encode() not in commands
        assert secret not in log
