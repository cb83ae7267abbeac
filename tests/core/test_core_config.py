"""Settings: which file or variable wins, mistakes with their place, changes that keep comments."""

from __future__ import annotations

import os
import stat
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insightctl.core.config import SETTINGS, Config, project_file, user_file
from insightctl.core.config_file import ConfigError, ConfigFile
from insightctl.core.errors import InsightctlError, UsageError


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A settings folder of its own; the project lies beside it."""
    (tmp_path / "project" / "deep").mkdir(parents=True)
    return tmp_path


def load(home: Path, user: str = "", project: str | None = None, **environ: str) -> Config:
    path = home / "config" / "insightctl" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(user, "utf-8")
    if project is not None:
        (home / "project" / "insightctl.toml").write_text(project, "utf-8")
    return Config.load({"XDG_CONFIG_HOME": str(home / "config"), **environ}, home / "project" / "deep")


def test_without_any_file(tmp_path: Path) -> None:
    config = Config.load({"XDG_CONFIG_HOME": str(tmp_path)}, tmp_path)
    assert config == Config(origins=dict.fromkeys(SETTINGS, "default"))
    assert (config.max_cost, config.cache_size) == (None, 256_000_000)


def test_each_setting_is_a_field() -> None:
    assert set(SETTINGS) < {entry.name for entry in fields(Config)}


@pytest.mark.parametrize("name", SETTINGS)
def test_the_example_of_each_setting_is_a_value(name: str) -> None:
    SETTINGS[name].read(SETTINGS[name].example)


def test_later_places_win(home: Path) -> None:
    user = '[defaults]\nregion = "eu-west-1"\nsince = "3h"\ntz = "UTC"\noutput = "json"\ncache_size = "1GB"\n'
    project = '[defaults]\nregion = "us-east-2"\nsince = "2d"\n[services]\ncheckout = ["a"]\n'
    config = load(home, user, project, INSIGHTCTL_SINCE="1h", AWS_PROFILE="prod")
    assert (config.region, config.since, config.tz, config.output) == ("us-east-2", "1h", "UTC", "json")
    assert (config.profile, config.cache_size) == ("prod", 1_000_000_000)
    assert config.origins["region"] == f"{home}/project/insightctl.toml:2"
    assert config.origins["since"] == "$INSIGHTCTL_SINCE"
    assert config.origins["profile"] == "$AWS_PROFILE"
    assert config.origins["output"] == f"{home}/config/insightctl/config.toml:5"


def test_a_project_cannot_lift_a_limit_but_lower_it(home: Path) -> None:
    config = load(home, "[defaults]\nmax_cost = 1\nask_above = 0.5\n", "[defaults]\nmax_cost = 99\nask_above = 0.1\n")
    assert (config.max_cost, config.ask_above) == (1.0, 0.1)
    assert config.origins["max_cost"].endswith("config.toml:2")
    assert config.origins["ask_above"].endswith("insightctl.toml:3")
    assert load(home, "", "[defaults]\nmax_cost = 2\n").max_cost == 2.0
    assert load(home, "[defaults]\nmax_cost = 1\n", INSIGHTCTL_MAX_COST="5").max_cost == 5.0


def test_prices_of_one_s_own_come_from_the_user_only(home: Path) -> None:
    user = "[prices]\nlogs_scanned_gb = 0.004\n[prices.eu-west-1]\nlogs_scanned_gb = 0\n"
    config = load(home, user, "[prices]\nlogs_ingested_gb = 0\n")
    assert config.own_prices == {("logs_scanned_gb", ""): 0.004, ("logs_scanned_gb", "eu-west-1"): 0.0}
    assert config.prices.price("logs_scanned_gb", "us-east-1").usd == 0.004
    assert config.prices.price("logs_ingested_gb", "us-east-1").usd == 0.5
    assert config.notes == (
        f"[prices] in {home}/project/insightctl.toml is not read: "
        f"prices come from {home}/config/insightctl/config.toml only",
    )


@pytest.mark.parametrize(
    ("text", "place", "what", "remedy", "excerpt"),
    [
        (
            "[defaults]\nmax_cots = 1\n", "2:1", "there is no setting 'max_cots'", "did you mean 'max_cost'?",
            "   2 | max_cots = 1\n     | ^",
        ),
        (
            '[defaults]\nmax_cost = "much"\n', "2:12", "max_cost: 'much' is no amount of USD", "write a number: 0.50",
            '   2 | max_cost = "much"\n     |            ^',
        ),
        ("[defaults]\nmax_cost = -1\n", "2:12", "max_cost: -1 is no amount of USD", "write a number: 0.50", None),
        ("[defaults]\nmax_cost = true\n", "2:12", "max_cost: True is no amount of USD", "write a number: 0.50", None),
        ("[defaults]\nmax_cost = nan\n", "2:12", "max_cost: nan is no amount of USD", "write a number: 0.50", None),
        ("[defaults]\nregion = 1\n", "2:10", "region: 1 is no text", None, None),
        (
            '\n  [defaults]\n  tz\t=  "Mars" # far\n', "3:9", "tz: there is no time zone 'Mars'",
            "such as Europe/Berlin, or UTC", '   3 |   tz =  "Mars" # far\n     |         ^',
        ),
        ('[defaults]\nsince = "soon"\n', "2:9", "since: 'soon' is not a time", None, None),
        ('defaults.region = "x"\n', "1:19", "region: 'x' is not the name of an AWS region", "write it like eu-west-1", None),
        ('defaults = { region = "x" }\n', "1:12", "region: 'x' is not the name of an AWS region", None, None),
        ("defaults = 1\n", "1:1", "'defaults' is a table", "write [defaults]", None),
        ("max_cost = 1\n", "1:1", "'max_cost' stands outside a table", "write max_cost under [defaults]", None),
        ("[default]\nmax_cost = 1\n", "1:2", "unknown table 'default'", "did you mean [defaults]?", None),
        (
            "[prices]\nlogs_scaned_gb = 1\n", "2:1", "there is no price 'logs_scaned_gb'",
            "did you mean 'logs_scanned_gb'?", None,
        ),
        ("[prices.dublin]\nlogs_scanned_gb = 1\n", "1:2", "'dublin' is not the name of an AWS region", "write [prices.eu-west-1]", None),
        (
            '[prices."eu-west-1"]\nlogs_scanned_gb = "free"\n', "2:19", "logs_scanned_gb: 'free' is no amount of USD", None,
            None,
        ),
        ("[defaults]\nmax_cost = = 1\n", "2:12", "this is not TOML: invalid value", "correct it: insightctl config edit", "   2 | max_cost = = 1\n     |            ^"),
        ('[defaults]\nregion = "eu', "2:13", "this is not TOML: unterminated string", None, None),
        ("[defaults\n", "1:10", "this is not TOML: expected ']' at the end of a table declaration", None, None),
    ],
)  # fmt: skip
def test_mistakes_have_a_place(
    home: Path, text: str, place: str, what: str, remedy: str | None, excerpt: str | None
) -> None:
    with pytest.raises(ConfigError) as error:
        load(home, text)
    assert (error.value.what, error.value.where) == (what, f"{home}/config/insightctl/config.toml:{place}")
    assert remedy is None or error.value.remedy == remedy
    assert excerpt is None or error.value.excerpt == excerpt
    assert error.value.exit_code == 2


def test_a_wrong_variable_is_named(home: Path) -> None:
    with pytest.raises(UsageError, match=r"\$INSIGHTCTL_CACHE_SIZE: 'big' is not a size"):
        load(home, INSIGHTCTL_CACHE_SIZE="big")
    assert load(home, INSIGHTCTL_CACHE_SIZE="").cache_size == 256_000_000


def test_a_file_that_is_no_text(home: Path) -> None:
    path = home / "config.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not UTF-8"):
        Config.load({"INSIGHTCTL_CONFIG": str(path)}, home)
    with pytest.raises(InsightctlError, match="is a directory"):
        Config.load({"INSIGHTCTL_CONFIG": str(home)}, home)


def test_a_project_file_of_another_user_is_not_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = home / "project" / "insightctl.toml"
    path.write_text('[defaults]\nprofile = "theirs"\n')
    assert project_file(home / "project" / "deep") == path
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    os.chown(path, 65534, 65534)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert project_file(home / "project" / "deep") is None
    config = load(home)
    assert (config.profile, config.notes) == (None, (f"{path} belongs to another user and is not read",))


def test_where_the_user_s_file_is() -> None:
    assert user_file({"INSIGHTCTL_CONFIG": "/x.toml", "XDG_CONFIG_HOME": "/c"}) == Path("/x.toml")
    assert user_file({"XDG_CONFIG_HOME": "/c"}) == Path("/c/insightctl/config.toml")
    home = Path.home() / ".config" / "insightctl" / "config.toml"
    assert user_file({}) == user_file({"XDG_CONFIG_HOME": "relative"}) == home


COMMENTED = """\
# mine
[defaults]   # what I want
max_cost = 1.0   # USD

region = "eu-west-1"

[services]
# not ours
checkout = ["a",
  "b"]
"""


def test_a_change_keeps_all_else(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(COMMENTED)
    file = ConfigFile.read(path)
    assert file.changed(("defaults", "max_cost"), 2.5) == COMMENTED.replace("1.0   # USD", "2.5   # USD")
    assert file.changed(("defaults", "max_cost"), None) == COMMENTED.replace("max_cost = 1.0   # USD\n", "")
    assert file.changed(("prices", "eu-west-1", "logs_scanned_gb"), None) == COMMENTED
    longer = file.changed(("prices", "eu-west-1", "logs_scanned_gb"), 0.1)
    assert longer.startswith(COMMENTED)
    assert "[prices.eu-west-1]\nlogs_scanned_gb = 0.1\n" in longer


@given(
    st.dictionaries(st.sampled_from(["max_cost", "ask_above"]), st.floats(0, 1e6)),
    st.sampled_from(["max_cost", "ask_above"]),
    st.floats(0, 1e6) | st.none(),
)
def test_what_is_set_is_read_back(before: dict[str, float], name: str, value: float | None) -> None:
    import tomllib

    text = "[defaults]\n" + "".join(f"{key} = {number!r}  # c\n" for key, number in before.items())
    file = ConfigFile(Path("x.toml"), text, tomllib.loads(text))
    after = tomllib.loads(file.changed(("defaults", name), value))["defaults"]
    expected = {**before, name: value}
    assert after == {key: number for key, number in expected.items() if number is not None}


def test_writing_keeps_rights_and_links(tmp_path: Path) -> None:
    new = ConfigFile(tmp_path / "a" / "b" / "config.toml", "", {})
    new.write("[defaults]\n")
    assert stat.S_IMODE(new.path.stat().st_mode) == 0o600
    dotfile = tmp_path / "dotfile.toml"
    dotfile.write_text("")
    dotfile.chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to(dotfile)
    ConfigFile.read(link).write("[prices]\n")
    assert link.is_symlink()
    assert (dotfile.read_text(), stat.S_IMODE(dotfile.stat().st_mode)) == ("[prices]\n", 0o640)
    (tmp_path / "file").write_text("")
    with pytest.raises(InsightctlError, match="cannot write"):
        ConfigFile(tmp_path / "file" / "config.toml", "", {}).write("")


LINES = st.sampled_from(
    [
        "[defaults]", "[prices]", "[prices.eu-west-1]", "[[defaults]]", "[services.x]", "defaults.tz = 'UTC'", "defaults = {}",
        "max_cost = 1", "max_cost = 1e999", f"max_cost = {10**400}", "ask_above = '0.1'", "region = 'eu-west-1'", "region = []",
        "cache_size = '999999999999999999999999999999T'", "logs_scanned_gb = 0.1", "prices.logs_scanned_gb = 1", "since = 1979-05-27",
        "x = " + "[" * 5000, "n = " + "9" * 5000, "'' = 1", '"a.b" = 2', "tz = \"\"\"", "\"\"\"", "# \u2028 [prices]", "", "=",
    ]
)  # fmt: skip


@given(st.lists(LINES, max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_no_file_breaks_the_program(tmp_path_factory: pytest.TempPathFactory, lines: list[str], end: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(end.join(lines).encode())
    try:
        config = Config.load({"INSIGHTCTL_CONFIG": str(path)}, Path("/"))
    except UsageError:
        return
    assert config.max_cost is None or config.max_cost >= 0
    import tomllib

    file = ConfigFile.read(path)
    changed = tomllib.loads(file.changed(("defaults", "max_cost"), 7.0))
    assert changed["defaults"]["max_cost"] == 7.0
    assert {**changed["defaults"], "max_cost": 0} == {**file.values.get("defaults", {}), "max_cost": 0}
    assert {**changed, "defaults": 0} == {**file.values, "defaults": 0}


def test_the_manual_shows_every_setting() -> None:
    import re
    import tomllib

    page = (Path(__file__).parents[2] / "docs" / "cost.md").read_text("utf-8")
    example = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert example
    assert set(tomllib.loads(example[1])["defaults"]) == set(SETTINGS)
