#!/usr/bin/env bash
# Runs a command with a Swift toolchain, on a machine that has none: Debian, as root.
#
#   ios/swift-env.sh COMMAND [ARGUMENT...]   in the caller's folder, with the whole repository at its own path
#   ios/swift-env.sh --setup-only            makes the toolchain (565 MB, about 90 s, once) and ends
#   ios/swift-env.sh --where                 prints the toolchain's folder; fails when there is none yet
#
# The toolchain is Debian's own swiftlang package, in a small chroot of a Debian release that has it. The repository is
# bind-mounted in a private mount namespace, so nothing stays mounted afterwards. Two shells may call this at once.
#
#   SWIFT_ENV_SUITE    the Debian release             (trixie: Swift 6.0.3)
#   SWIFT_ENV_CACHE    where the toolchain is kept    (~/.cache/swift-env)
#   SWIFT_ENV_PROJECT  the folder that is mounted     (the repository)
set -euo pipefail

suite=${SWIFT_ENV_SUITE:-trixie}
cache=${SWIFT_ENV_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/swift-env}
recipe=1 # raise it when the list of packages changes: an older toolchain is then made anew
packages=swiftlang,libc6-dev,libstdc++-14-dev,tzdata
[ "$suite" = trixie ] || packages=swiftlang,libc6-dev,libstdc++-15-dev,tzdata
root=$cache/$suite
want="recipe=$recipe suite=$suite packages=$packages"

die() {
  echo "swift-env: $*" >&2
  exit 1
}
is_ready() { [ "$(cat "$root/.swift-env" 2>/dev/null)" = "$want" ]; }

if [ "${1:-}" = --where ]; then
  is_ready || die "no toolchain yet; ios/swift-env.sh --setup-only makes one"
  echo "$root"
  exit
fi
[ "$(id -u)" = 0 ] || die "needs root, for chroot and mount"

setup() {
  local made=$cache/.new-$suite release mirror options=() line
  if ! command -v mmdebstrap >/dev/null; then
    echo "swift-env: about to install Debian's mmdebstrap, which makes the toolchain's folder" >&2
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mmdebstrap >/dev/null
  fi
  # The mirror that this machine's own apt takes its own release from.
  release=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mirror=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
    awk -v release="$release" '$1 == release { print $2; exit }')
  [ -n "$mirror" ] || die "apt has no source for $release on this machine"
  # And the machine's own way to reach it: a proxy, checks of validity.
  while IFS= read -r line; do options+=("--aptopt=$line"); done < <(
    apt-config dump | grep -E '^Acquire::(Check-|https?::|Retries)' || true
  )
  echo "swift-env: about to put Debian $suite's Swift into $root (565 MB)" >&2
  rm -rf --one-file-system "$made" "$root"
  # Left out: what no build of ours reads.
  mmdebstrap --mode=root --variant=apt --components=main --include="$packages" \
    "${options[@]}" --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/libexec/swift/lib/swift/embedded/*' \
    --dpkgopt='path-exclude=/usr/libexec/swift/lib/swift_static/*' \
    --dpkgopt='path-exclude=/usr/libexec/swift/lib/swift/FrameworkABIBaseline/*' \
    "$suite" "$made" "$mirror" >&2
  echo "$want" >"$made/.swift-env"
  mv "$made" "$root"
}

mkdir -p "$cache"
exec 9>"$cache/.lock-$suite"
flock 9
is_ready || setup
flock -u 9
exec 9>&-
[ "${1:-}" = --setup-only ] && exit 0
[ $# -gt 0 ] || die "no command given"

project=$(realpath "${SWIFT_ENV_PROJECT:-$(dirname "${BASH_SOURCE[0]}")/..}")
case "$(pwd -P)/" in "$project"/*) ;; *) die "$(pwd -P) is outside $project" ;; esac

export SWIFT_ENV_ROOT=$root SWIFT_ENV_MOUNTED=$project SWIFT_ENV_FOLDER=$(pwd -P)
# /tmp first: the repository may lie below it. The environment is emptied, but for what is named here.
exec unshare --mount --propagation private bash -euc '
  mount -t tmpfs tmpfs "$SWIFT_ENV_ROOT/tmp"
  mkdir -p "$SWIFT_ENV_ROOT$SWIFT_ENV_MOUNTED"
  mount --bind "$SWIFT_ENV_MOUNTED" "$SWIFT_ENV_ROOT$SWIFT_ENV_MOUNTED"
  mount --rbind /proc "$SWIFT_ENV_ROOT/proc"
  mount --rbind /dev "$SWIFT_ENV_ROOT/dev"
  exec chroot "$SWIFT_ENV_ROOT" /usr/bin/env -i HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" \
    PATH=/usr/libexec/swift/bin:/usr/bin:/bin ${CI:+CI="$CI"} \
    bash -euc "cd \"\$1\"; shift; exec \"\$@\"" swift-env "$SWIFT_ENV_FOLDER" "$@"
' swift-env "$@"
