#!/bin/sh
# The system packages that the tests need, where this user may install them; says so where not.
#   chromium                                       looks at the page
#   tmux                                           a terminal whose screen can be read
#   npm                                            brings axe-core, which checks that everybody can use it
#   libportaudio2 libasound2-plugins               the way from the program to the sound server
#   pulseaudio pulseaudio-utils                    a private sound server without a sound card, and pactl, pacat
#   espeak-ng                                      a voice that speaks into it
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v npm >/dev/null 2>&1 || missing="$missing npm"
command -v tmux >/dev/null 2>&1 || missing="$missing tmux"
command -v pulseaudio >/dev/null 2>&1 || missing="$missing pulseaudio"
command -v pactl >/dev/null 2>&1 || missing="$missing pulseaudio-utils"
command -v espeak-ng >/dev/null 2>&1 || missing="$missing espeak-ng"
ldconfig -p | grep -q libportaudio.so || missing="$missing libportaudio2"
find / -name libasound_module_pcm_pulse.so -path "*alsa-lib*" 2>/dev/null | grep -q . || missing="$missing libasound2-plugins"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y $missing >/dev/null
else
    echo "tests of the page and the recorder need$missing (Debian names): they fail without" >&2
fi
