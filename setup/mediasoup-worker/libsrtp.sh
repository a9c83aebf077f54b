#!/bin/sh
# Builds libsrtp2 on OpenSSL, from the source package of Debian 12, as a static library for the worker. Debian's own library
# encrypts with NSS, which takes far more processor time for each packet. Less than a minute.
# usage: libsrtp.sh SCRATCH_DIR     makes SCRATCH_DIR/libsrtp
set -eu
mkdir -p "$1/source"
out=$(cd "$1" && pwd)/libsrtp
cd "$1/source"

# The source comes from the mirror that the machine's own Debian sources name.
echo "parley: fetching the source of libsrtp2"
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' 'Component: main' |
  head -n 1)
[ -n "$mirror" ] || { echo "parley: no source of apt names Debian 12 (bookworm)" >&2; exit 1; }
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb-src [signed-by=$keyring] $mirror bookworm main" >sources.list
mkdir -p lists/partial archives/partial
apt() {
  apt-get -q -o Dir::Etc::sourcelist="$PWD/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::State::Lists="$PWD/lists" -o Dir::Cache="$PWD" "$@"
}
apt update
apt source --download-only libsrtp2
mkdir unpacked
tar xzf libsrtp2_*.orig.tar.gz -C unpacked --strip-components=1

echo "parley: compiling libsrtp2"
cd unpacked
# For the optimisation over all files, which the worker's own build does.
export CFLAGS='-O3 -DNDEBUG -flto' AR=gcc-ar RANLIB=gcc-ranlib
./configure --enable-openssl --prefix="$out" >/dev/null
make libsrtp2.a
make install
