#!/bin/sh
# Puts one finished segment of PostgreSQL's write-ahead log into the archive of `manage.py backup`:
#   archive_command = '/opt/megdan/deploy/archive_wal.sh "%p" "%f" /var/backups/megdan/wal'
# A segment is there whole or not at all, on the disk before PostgreSQL hears so, and never written
# over: what lies under the same name must be the same, otherwise two databases share one archive.
set -eu
umask 077

segment=$1 name=$2 archive=$3
kept=$archive/$name.gz

if [ -e "$kept" ]; then
    if gzip -dc -- "$kept" | cmp -s -- - "$segment"; then
        exit 0 # the answer was lost the last time
    fi
    echo "megdan: $kept is another segment; does another database use this archive?" >&2
    exit 1
fi

unfinished=$(mktemp -- "$archive/.$name.XXXXXX")
trap 'rm -f -- "$unfinished"' EXIT
gzip -1 -n -c -- "$segment" >"$unfinished"
sync -- "$unfinished"
# Unlike mv, ln fails where the name was taken in the meantime.
ln -- "$unfinished" "$kept"
sync -- "$archive"
