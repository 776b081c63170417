"""Pieces of web pages as plain strings: what a result says, as HTML that reads well without scripts and in print.

Plain functions with ``html.escape`` rather than a template language: there is no logic to hide, and a page that is a
string can be hashed for its content security policy where it is made.
"""
