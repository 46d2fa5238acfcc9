import json
import logging

from audiolab import log


def test_file_gets_json_lines_and_stderr_gets_warnings(tmp_path, capsys):
    path = log.set_up(tmp_path, "scan")
    logger = logging.getLogger("audiolab.test")
    logger.info("reading", extra={"path": "Björk/é.mp3"})
    logger.warning("slow disk")
    entries = [json.loads(line) for line in path.read_text().splitlines()]
    assert [entry["message"] for entry in entries] == ["reading", "slow disk"]
    assert entries[0]["path"] == "Björk/é.mp3"
    assert {"time", "level", "logger", "process"} <= entries[0].keys()
    assert path.parent.stat().st_mode & 0o077 == 0
    captured = capsys.readouterr()
    assert captured.err == "WARNING: slow disk\n"
    assert captured.out == ""


def test_a_large_file_is_set_aside(tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "scan.log").write_bytes(b"x" * (log.KEEP_BYTES + 1))
    path = log.set_up(tmp_path, "scan")
    assert path.stat().st_size == 0
    assert (tmp_path / "logs" / "scan.log.1").stat().st_size == log.KEEP_BYTES + 1


def test_setting_up_twice_writes_once(tmp_path):
    log.set_up(tmp_path, "scan")
    path = log.set_up(tmp_path, "scan")
    logging.getLogger("audiolab").info("once")
    assert len(path.read_text().splitlines()) == 1
