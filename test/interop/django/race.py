"""Edits and renders at the same time."""

import threading

import react_cache_content as content
from django.utils.safestring import SafeString
from react_cache_content.register import register_content


def edit_while_others_render(edits, readers):
    """Counts the pages, those older than the last expiry before them, and the renders of inner blocks."""
    # `versions` is the database. `expired` has the versions whose expiry is done. No page may show an older version.
    versions = {1: 0, 2: 0, 3: 0}
    expired = dict(versions)
    counts = {"old": 0, "renders": 0, "pages": 0}
    done = threading.Event()

    def render_inner(id):
        def render_version():
            counts["renders"] += 1
            version = versions[id]
            register_content(f"race:{id}")
            return SafeString(str(version))

        return content.cache_content("inner", [id], 0, render_version)

    def read():
        oldest_allowed = list(expired.values())
        html = content.cache_content("outer", [], 0, lambda: SafeString(" ".join(map(render_inner, versions))))
        counts["pages"] += 1
        counts["old"] += any(int(shown) < oldest for shown, oldest in zip(html.split(), oldest_allowed))

    def read_until_done():
        while not done.is_set():
            read()

    threads = [threading.Thread(target=read_until_done) for _ in range(readers)]
    for thread in threads:
        thread.start()
    for index in range(edits):
        id = index % 3 + 1
        versions[id] += 1
        content.expire_obj(f"race:{id}")
        expired[id] = versions[id]
        read()
    done.set()
    for thread in threads:
        thread.join()
    return counts
