#!/bin/sh
# Makes the bundle that ships: ten simulated providers of different seeds, seasons, difficulties,
# sizes and gaps are walked and learned from, and the bundle is written to models/starter.
# About half an hour on two free cores. Run it from the checkout.
set -eu
work=${1:-var/starter}
bin=${BIN:-.venv/bin}
export SENDWARDEN_HOME="$work/home" OMP_NUM_THREADS=1

make_world() {
    name=$1
    accounts=$2
    shift 2
    [ -f "$work/$name/truth.ndjson" ] || "$bin/python" -m sendwarden simulate --accounts "$accounts" --days 50 --abusive-share 0.08 --out "$work/$name" "$@"
    worlds="$worlds --world $work/$name"
}

worlds=""
make_world w101 900 --seed 101 --difficulty 0.5 --volume 0.3
make_world w102 900 --seed 102 --difficulty 0.8 --volume 0.3 --start 2025-11-12
make_world w103 900 --seed 103 --difficulty 0.2 --volume 0.3 --start 2026-02-20 --missing 1.6 --noise 2
make_world w104 900 --seed 104 --difficulty 0.6 --volume 0.5 --missing 0.5
make_world w105 900 --seed 105 --difficulty 0.4 --volume 0.5 --start 2026-01-10
make_world w106 900 --seed 106 --difficulty 1.0 --volume 0.5
make_world w107 900 --seed 107 --difficulty 0.7 --volume 1.0 --start 2026-04-03 --missing 2.5
make_world w108 900 --seed 108 --difficulty 0.5 --volume 1.0
make_world w109 500 --seed 109 --difficulty 0.6 --volume 3.0
make_world w110 500 --seed 110 --difficulty 0.7 --volume 3.0 --start 2026-04-03 --missing 0.5

# shellcheck disable=SC2086
"$bin/python" -m sendwarden train $worlds --vectors "$work/vectors" --report "$work/report.json" --bundle models/starter
"$bin/python" -m sendwarden docs
