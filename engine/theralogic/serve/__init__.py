"""The same on localhost for a class: pages that hold nothing but what their address says.

An address is a whole question (:mod:`asked`), so a page can be bookmarked, mailed and gone back to, works with plain
forms, and the server has nothing to store. Only :mod:`app`, :mod:`guard` and :mod:`run` know the web framework.
"""
