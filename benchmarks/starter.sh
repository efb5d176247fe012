#!/bin/sh
# Makes the bundle that ships: eight simulated providers of different seeds, seasons, difficulties,
# sizes and gaps are walked, learned from, and the bundle is written to models/starter.
# About a quarter of an hour on two free cores. Run it from the checkout.
set -eu
work=${1:-var/starter}
bin=${BIN:-.venv/bin}
export SENDWARDEN_HOME="$work/home" OMP_NUM_THREADS=1

make_world() {
    name=$1
    shift
    [ -f "$work/$name/truth.ndjson" ] || "$bin/python" -m sendwarden simulate --accounts 1200 --days 50 --abusive-share 0.08 --out "$work/$name" "$@"
    worlds="$worlds --world $work/$name"
}

worlds=""
make_world w101 --seed 101 --difficulty 0.5 --volume 0.2
make_world w102 --seed 102 --difficulty 0.8 --volume 0.3 --start 2025-11-12
make_world w103 --seed 103 --difficulty 0.2 --volume 0.2 --start 2026-02-20 --missing 1.6 --noise 2
make_world w104 --seed 104 --difficulty 0.6 --volume 0.2 --missing 0.5
make_world w105 --seed 105 --difficulty 0.4 --volume 0.4 --start 2026-01-10
make_world w106 --seed 106 --difficulty 1.0 --volume 0.2
make_world w107 --seed 107 --difficulty 0.7 --volume 0.15 --start 2026-04-03 --missing 2.5
make_world w108 --seed 108 --difficulty 0.5 --volume 1.0

# shellcheck disable=SC2086
"$bin/python" -m sendwarden train $worlds --report "$work/report.json" --bundle models/starter
"$bin/python" -m sendwarden docs
