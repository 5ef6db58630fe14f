#!/bin/sh
# Installs the Debian packages named as arguments, as root, so that nothing starts by itself:
# no system cluster is made, and the services of Redis and nginx stay off unless they were here before.
set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

had_redis=no
if [ -e /etc/init.d/redis-server ]; then had_redis=yes; fi
had_nginx=no
if [ -e /etc/init.d/nginx ]; then had_nginx=yes; fi

policy=/usr/sbin/policy-rc.d
no_cluster=/etc/postgresql-common/createcluster.d/megdan.conf
made_policy=no
put_back() {
    if [ "$made_policy" = yes ]; then rm -f "$policy"; fi
    rm -f "$no_cluster"
}
trap put_back EXIT
trap 'exit 130' INT TERM

# While it answers 101, packages start no service.
if [ ! -e "$policy" ]; then
    made_policy=yes
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi

apt-get -qq update
case " $* " in
*" postgresql-"*)
    # The rule must lie there before the server package would make its cluster.
    apt-get -qq -y --no-install-recommends --no-upgrade install postgresql-common
    mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" >"$no_cluster"
    ;;
esac
apt-get -qq -y --no-install-recommends --no-upgrade install "$@"

if [ "$had_redis" = no ] && [ -e /etc/init.d/redis-server ]; then
    update-rc.d redis-server disable >/dev/null
fi
if [ "$had_nginx" = no ] && [ -e /etc/init.d/nginx ]; then
    update-rc.d nginx disable >/dev/null
fi
