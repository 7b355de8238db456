# tuban. Two targets do everything on a Debian 12 machine with a Swift toolchain: `make run` and `make test`.

PREFIX ?= /usr/local
SWIFT  ?= swift
CHECKS  = --explicit-target-dependency-import-check error
RELEASE = -c release --static-swift-stdlib $(CHECKS)
BIN     = .build/release
SUDO    = $(if $(filter 0,$(shell id -u)),,sudo)

PACKAGES = libncurses-dev libsqlite3-dev libproj-dev libgeos-dev libgdal-dev libssl-dev
TESTING  = gdal-bin proj-bin sqlite3 locales ncurses-term

.PHONY: build run test long bench check format golden install deps deps-test clean

build: deps
	$(SWIFT) build $(RELEASE) --product tuban
	@if [ -f /usr/include/gdal/gdal.h ]; then $(SWIFT) build $(RELEASE) --product tuban-formats; fi

# The sample county: files as a bureau receives them, imported the way it would, and opened.
run: build sample.gpkg
	$(BIN)/tuban sample.gpkg

sample.gpkg: SampleData/build.tuban
	rm -rf sample.gpkg sample.gpkg-* sample.gpkg.head SampleData/files
	$(BIN)/tuban sample SampleData/files --files --parcels 3000 --seed 1 --no-faults
	$(BIN)/tuban run SampleData/build.tuban -f sample.gpkg || { rm -f sample.gpkg; exit 1; }

# Tests of the screen wait for terminals most of the time: they run beside the others.
test: deps deps-test
	$(SWIFT) build --build-tests $(CHECKS)
	@$$($(SWIFT) build --show-bin-path)/tubanPackageTests.xctest --testing-library swift-testing \
		--filter EndToEndTests --skip Long > .build/end-to-end.log 2>&1 & screens=$$!; \
	$(SWIFT) test --skip-build --skip Long --skip EndToEndTests; rest=$$?; \
	wait $$screens; screens=$$?; cat .build/end-to-end.log; [ $$rest = 0 ] && [ $$screens = 0 ]

# What is too slow for every day; the journey of a million parcels runs in the release build.
long: build deps-test
	TUBAN_LONG=1 TUBAN_RELEASE=$(abspath $(BIN)) $(SWIFT) test $(CHECKS)

# Figures against peers, each pair in one run: ogr2ogr, ogrinfo, gdal_rasterize, sqlite3, and shapely in Python.
# Other sizes: make bench SIZES="10000 200000".
bench: build deps-test .bench/venv
	$(SWIFT) build $(RELEASE) --product bench
	$(BIN)/bench $(SIZES)

# The Python peers' own environment. Where it cannot be made, their rows say 'no peer'.
.bench/venv:
	@mkdir -p .bench
	@python3 -m venv .bench/venv && .bench/venv/bin/pip install -q 'shapely>=2' pyogrio numpy \
		|| { rm -rf .bench/venv; echo "No environment for the Python peers: their rows will say 'no peer'."; }

check:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests

format:
	$(SWIFT) format -i --recursive Package.swift Sources Tests

# Writes expected files anew; read the difference like code.
golden: deps deps-test
	TUBAN_GOLDEN=write $(SWIFT) test $(CHECKS)

install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/libexec/tuban $(DESTDIR)$(PREFIX)/share/tuban/themes
	install $(BIN)/tuban $(DESTDIR)$(PREFIX)/bin/tuban
	@if [ -f $(BIN)/tuban-formats ]; then install $(BIN)/tuban-formats $(DESTDIR)$(PREFIX)/libexec/tuban/; fi
	install -m 644 Themes/*.theme $(DESTDIR)$(PREFIX)/share/tuban/themes/
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	$(BIN)/tuban --generate-completion-script bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/tuban
	$(BIN)/tuban --generate-completion-script zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_tuban
	$(BIN)/tuban --generate-completion-script fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/tuban.fish

# Installs only what is missing.
deps:
	@missing=$$(dpkg-query -W -f='$${db:Status-Abbrev}$${Package}\n' $(PACKAGES) 2>/dev/null | grep -c '^ii'); \
	if [ "$$missing" -lt $(words $(PACKAGES)) ]; then \
		$(SUDO) apt-get update -qq && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(PACKAGES); fi

deps-test:
	@missing=$$(dpkg-query -W -f='$${db:Status-Abbrev}$${Package}\n' $(TESTING) 2>/dev/null | grep -c '^ii'); \
	if [ "$$missing" -lt $(words $(TESTING)) ]; then \
		$(SUDO) apt-get update -qq && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(TESTING); fi

clean:
	rm -rf .build .bench SampleData/files sample.gpkg sample.gpkg-* sample.gpkg.head
