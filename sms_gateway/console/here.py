"""Where a page is that is shown again, as when its language is changed."""

from collections.abc import Container, Mapping

from aiohttp import hdrs, web

from sms_gateway.console.places import HOME


def here(request: web.Request, path: str) -> str:
    """The address of the page that a call shows, without its query.

    What answers a form has no page of its own: the nearest page above it is that of the form.

    Args:
        request: as it came.
        path: of its route, with `{names}`.
    """
    if request.method == hdrs.METH_GET:
        return request.rel_url.raw_path
    pages = {
        resource.canonical
        for resource in request.app.router.resources()
        if any(route.method == hdrs.METH_GET for route in resource)
    }
    return page_above(path, request.match_info, pages)


def page_above(path: str, parts: Mapping[str, str], pages: Container[str]) -> str:
    """The nearest of the pages: itself, or one whose path it begins with; else the first page.

    Args:
        path: of a route, with `{names}`.
        parts: what stands for these.
        pages: paths of those that can be looked at.
    """
    while path not in pages:
        path, _, _ = path.rpartition("/")
        if not path:
            return HOME
    return path.format(**parts)
