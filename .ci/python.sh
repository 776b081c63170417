# find_python VERSION: prints the path of an interpreter of exactly that version, however it was installed.
# A version manager's shim is only taken where it answers, since a shim can stand for a version that is not active.
find_python() {
    local candidate
    for candidate in "$(command -v "python$1")" "$(command -v python3)" \
        "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1".*/bin/python3 /usr/bin/"python$1" /usr/local/bin/"python$1"; do
        [ -n "$candidate" ] && [ -x "$candidate" ] || continue
        if [ "$("$candidate" -c 'import sys, venv; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" = "$1" ]; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return 0
        fi
    done
    return 1
}
