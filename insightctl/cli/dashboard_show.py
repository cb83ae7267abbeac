"""`insightctl dashboard list` and `show`: what dashboards there are, and what is on them."""

from __future__ import annotations

import json

from insightctl.cli import dashboard_setup as setup


def list_(output: setup.Format = "text") -> None:
    """List the dashboards that come with insightctl.

    Example: insightctl dashboard list
    """
    from insightctl.dashboards import find, names

    dashboards = [find(name) for name in names()]
    if setup.wants_json(output):
        records = [
            {"name": each.name, "title": each.title, "question": each.question, "widgets": each.widget_count}
            for each in dashboards
        ]
        print(json.dumps({"schema": 1, "dashboards": records}, indent=2, ensure_ascii=False))
        return
    wide = max((len(each.name) for each in dashboards), default=0)
    for each in dashboards:
        print(f"{each.name:<{wide}}  {each.title} ({each.widget_count} widgets)")
    print("\nSee one: insightctl dashboard show NAME; its body: insightctl dashboard render NAME -f FUNCTION")


def show(definition: setup.Definition) -> None:
    """Show what is on a dashboard: its rows and widgets.

    Example: insightctl dashboard show lambda-service
    """
    from insightctl.dashboards import find
    from insightctl.dashboards.outline import outline

    setup.print_safe(outline(find(definition)))
