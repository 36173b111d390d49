#!/usr/bin/env bash
# Makes SiagaFFI.xcframework out of the static libraries that `cargo xtask ios` builds. Needs a Mac with Xcode.
#
#   ios/make-xcframework.sh LIBRARIES HEADERS OUT
#   ios/make-xcframework.sh --headers HEADERS TO   only lays the headers out, on any machine
#
#   LIBRARIES  a folder with a folder for each Rust target, and libsiaga_ffi.a in it; those for the Mac itself can be left out
#   HEADERS    the generated C headers and their module.modulemap
#   OUT        gets SiagaFFI.xcframework, its archive, and the checksum that Package.swift names for the archive
set -euo pipefail

# The oldest systems; Package.swift says the same.
oldest_ios=17.0
oldest_mac=14.0
# All that Swift calls. Everything else is hidden: an app may have an SQLite, or another library in Rust, of its own.
seen_from_outside='_ffi_siaga_* _uniffi_siaga_*'

die() {
  echo "make-xcframework: $*" >&2
  exit 1
}

# Below a folder of their own: two libraries with a module map at the top of their headers cannot be in one app.
lay_out_headers() {
  local from=$1 to=$2
  [ -f "$from/module.modulemap" ] || die "$from has no module.modulemap: run cargo xtask bindings"
  rm -rf "$to"
  mkdir -p "$to/SiagaFFI"
  cp "$from"/*.h "$from/module.modulemap" "$to/SiagaFFI/"
}

# Makes a library of one object, in which no more can be seen than has to be.
hide() {
  local library=$1 triple=$2 sdk=$3 to=$4 visible
  [ -f "$library" ] || die "$library is missing: run cargo xtask ios"
  mkdir -p "$(dirname "$to")"
  xcrun --sdk "$sdk" clang -target "$triple" -nostdlib -r -Wl,-all_load "$library" \
    "-Wl,-exported_symbols_list,$work/exports" -o "$to.o"
  xcrun --sdk "$sdk" libtool -static -o "$to" "$to.o"
  visible=$(xcrun --sdk "$sdk" nm -gU "$to")
  if grep -q ' _sqlite3_' <<<"$visible"; then die "sqlite3_* can be seen in $to"; fi
  if grep ' [A-Z] ' <<<"$visible" | grep -qvE ' _(uni)?ffi_siaga_'; then die "more than ours can be seen in $to"; fi
  grep -q ' _uniffi_siaga_ffi_' <<<"$visible" || die "what Swift calls is not in $to"
}

# Two processors in one library.
join() {
  local to=$1
  shift
  mkdir -p "$(dirname "$to")"
  xcrun lipo -create "$@" -output "$to"
}

if [ "${1:-}" = --headers ]; then
  [ $# = 3 ] || die "give HEADERS and TO"
  lay_out_headers "$2" "$3"
  exit
fi
[ $# = 3 ] || die "give LIBRARIES, HEADERS and OUT; the first lines of this file say what they are"
libraries=$1 headers=$2 out=$3
work=$out/work
framework=$out/SiagaFFI.xcframework
privacy=$(dirname "$0")/SiagaKit/PrivacyInfo.xcprivacy
command -v xcrun >/dev/null || die "no xcrun here: this needs a Mac with Xcode"
[ -f "$privacy" ] || die "$privacy is missing"

rm -rf "$work" "$framework" "$framework.zip" "$framework.zip.checksum"
mkdir -p "$work"
tr ' ' '\n' <<<"$seen_from_outside" >"$work/exports"
lay_out_headers "$headers" "$work/headers"

hide "$libraries/aarch64-apple-ios/libsiaga_ffi.a" "arm64-apple-ios$oldest_ios" iphoneos "$work/ios/libsiaga_ffi.a"
for arch in arm64:aarch64-apple-ios-sim x86_64:x86_64-apple-ios; do
  hide "$libraries/${arch#*:}/libsiaga_ffi.a" "${arch%%:*}-apple-ios$oldest_ios-simulator" iphonesimulator "$work/${arch%%:*}/libsiaga_ffi.a"
done
join "$work/simulator/libsiaga_ffi.a" "$work/arm64/libsiaga_ffi.a" "$work/x86_64/libsiaga_ffi.a"
slices=(
  -library "$work/ios/libsiaga_ffi.a" -headers "$work/headers"
  -library "$work/simulator/libsiaga_ffi.a" -headers "$work/headers"
)
if [ -d "$libraries/aarch64-apple-darwin" ]; then
  for arch in arm64:aarch64 x86_64:x86_64; do
    hide "$libraries/${arch#*:}-apple-darwin/libsiaga_ffi.a" "${arch%%:*}-apple-macos$oldest_mac" macosx "$work/mac-${arch%%:*}/libsiaga_ffi.a"
  done
  join "$work/mac/libsiaga_ffi.a" "$work/mac-arm64/libsiaga_ffi.a" "$work/mac-x86_64/libsiaga_ffi.a"
  slices+=(-library "$work/mac/libsiaga_ffi.a" -headers "$work/headers")
fi

xcodebuild -create-xcframework "${slices[@]}" -output "$framework"
for slice in "$framework"/*/; do
  cp "$privacy" "$slice"
done
(cd "$out" && ditto -c -k --keepParent SiagaFFI.xcframework SiagaFFI.xcframework.zip)
checksum=$(swift package compute-checksum "$framework.zip")
echo "$checksum" >"$framework.zip.checksum"
rm -rf "$work"
echo "$framework"
echo "for Package.swift: .binaryTarget(name: \"SiagaFFI\", url: \"…/SiagaFFI.xcframework.zip\", checksum: \"$checksum\")"
