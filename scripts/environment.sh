# Sourced by the scripts here: makes the environment in .venv, once for every state of what it is made from.
#
#   environment EXTRA…    installs the package, editable, with these extras (and those installed before)
#
# .venv/installed holds a hash of what it was made from, then the extras, so that a second run starts at once.

environment() {
    local stamp=.venv/installed extras wanted
    installed() { [ -f "$stamp" ] && cat "$stamp" || true; }
    extras=$({ printf '%s\n' "$@"; installed | sed 1d; } | sed '/^$/d' | sort -u)
    wanted=$(made_from; printf '%s' "$extras")
    if [ "$(installed)" = "$wanted" ]; then
        return
    fi
    [ -x .venv/bin/python ] || make_venv "${PYTHON:-python3}"
    rm -f "$stamp"
    echo "installing into .venv (some minutes the first time)" >&2
    # torch first: the pinned version comes from wherever pip is configured to find a build for this machine.
    pip_install "$(grep '^torch==' constraints.txt)"
    pip_install -e ".${extras:+[$(paste -sd, - <<<"$extras")]}"
    printf '%s' "$wanted" >"$stamp"
}

made_from() {
    {
        pwd
        "${PYTHON:-python3}" -V
        cat pyproject.toml constraints.txt scripts/environment.sh
    } | sha256sum | cut -d' ' -f1
}

make_venv() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
        echo "Python 3.11 or newer is needed; name it, as in PYTHON=python3.11 $0" >&2
        exit 2
    }
    # Debian keeps ensurepip in a package of its own; without it, the system's pip fills the environment.
    "$1" -m venv .venv >/dev/null 2>&1 || "$1" -m venv --without-pip --clear .venv
}

pip_install() {
    local pip=(.venv/bin/python -m pip)
    if ! "${pip[@]}" --version >/dev/null 2>&1; then
        pip=("${PYTHON:-python3}" -m pip --python .venv/bin/python)
    fi
    "${pip[@]}" install -qq --disable-pip-version-check -c constraints.txt "$@" >&2
}
