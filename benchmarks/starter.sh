#!/bin/sh
# Makes the bundle that ships: thirteen simulated providers of different seeds, seasons, difficulties,
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
make_world w101 1200 --seed 101 --difficulty 0.5 --volume 0.2
make_world w102 1200 --seed 102 --difficulty 0.8 --volume 0.3 --start 2025-11-12
make_world w103 1200 --seed 103 --difficulty 0.2 --volume 0.2 --start 2026-02-20 --missing 1.6 --noise 2
make_world w104 1200 --seed 104 --difficulty 0.6 --volume 0.2 --missing 0.5
make_world w105 1200 --seed 105 --difficulty 0.4 --volume 0.4 --start 2026-01-10
make_world w106 1200 --seed 106 --difficulty 1.0 --volume 0.2
make_world w107 1200 --seed 107 --difficulty 0.7 --volume 0.15 --start 2026-04-03 --missing 2.5
make_world w108 1200 --seed 108 --difficulty 0.5 --volume 1.0
make_world w109 1200 --seed 109 --difficulty 0.5 --volume 1.0
make_world w110 1200 --seed 110 --difficulty 0.8 --volume 1.0 --start 2025-11-12
make_world w111 1200 --seed 111 --difficulty 0.3 --volume 1.0 --start 2026-02-20 --missing 1.6 --noise 2
make_world w112 600 --seed 112 --difficulty 0.6 --volume 3.0
make_world w113 600 --seed 113 --difficulty 0.7 --volume 3.0 --start 2026-04-03 --missing 0.5

# shellcheck disable=SC2086
"$bin/python" -m sendwarden train $worlds --vectors "$work/vectors" --report "$work/report.json" --bundle models/starter
"$bin/python" -m sendwarden docs
