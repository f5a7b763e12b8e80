import type {BytePath} from '../../text/byte-path.js';

/** What files are, as far as their paths tell. */
export type Category =
	| 'package cache'
	| 'package lists'
	| 'version control'
	| 'credentials'
	| 'compilers and headers'
	| 'build tools'
	| 'test data'
	| 'documentation'
	| 'logs and temporary files'
	| 'sources';

type Rule = {
	readonly category: Category;

	/** Matches a path with a slash at both ends: a directory stands for all below it. */
	readonly pattern: RegExp;
};

/** `dirs('var/cache/apt')`: these directories, from the root. */
const fromRoot = (...paths: readonly string[]): RegExp =>
	new RegExp(String.raw`^/(?:${paths.join('|')})/`, 'v');

/** These names in any directory. */
const anywhere = (...names: readonly string[]): RegExp =>
	new RegExp(`/(?:${names.join('|')})/`, 'v');

/** A home directory, from the root. */
const home = String.raw`(?:root|home/[^\/]+|var/www|opt/app)`;

/**
The first rule that matches says what a path is. The places are those of the tools themselves: the FHS, and the manuals of
apt, apk, dnf and rpm, npm, yarn and pnpm, pip and uv, go, cargo, Maven, Gradle, RubyGems, Composer and NuGet.
*/
const rules: readonly Rule[] = [
	{
		category: 'version control',
		pattern: anywhere(
			String.raw`\.git`,
			String.raw`\.hg`,
			String.raw`\.svn`,
			String.raw`\.bzr`,
			String.raw`\.gitmodules`,
			String.raw`\.gitattributes`,
		),
	},
	{
		category: 'credentials',
		pattern: anywhere(
			String.raw`\.netrc`,
			String.raw`\.npmrc`,
			String.raw`\.pypirc`,
			String.raw`\.git-credentials`,
			String.raw`\.pgpass`,
			String.raw`\.my\.cnf`,
			String.raw`\.htpasswd`,
			String.raw`\.ssh/(?:id_[^\/]+|[^\/]*\.pem)`,
			String.raw`\.aws/credentials`,
			String.raw`\.docker/config\.json`,
			String.raw`\.kube/config`,
			String.raw`\.config/gcloud`,
			String.raw`\.azure`,
			String.raw`\.gnupg/(?:private-keys[^\/]*|secring\.gpg)`,
			String.raw`\.env(?:\.(?:local|production|development))?`,
			String.raw`id_(?:rsa|dsa|ecdsa|ed25519)`,
			String.raw`[^\/]+\.(?:pfx|p12|jks|keystore)`,
			String.raw`(?:[^\/]*[\-_.])?(?:key|private)\.pem`,
			String.raw`[^\/]+\.key`,
			String.raw`credentials\.json`,
			String.raw`service-account[^\/]*\.json`,
			String.raw`ssh_host_[^\/]+_key`,
		),
	},
	{
		category: 'package lists',
		pattern: fromRoot(
			'var/lib/apt/lists',
			'var/lib/apt/mirrors',
			'var/cache/debconf',
			String.raw`var/lib/dpkg/(?:available|status|diversions|statoverride)-old`,
		),
	},
	{
		category: 'package cache',
		pattern: fromRoot(
			'var/cache/(?:apt|apk|dnf|yum|libdnf5|pacman|zypp|man|ldconfig|fontconfig)',
			'etc/apk/cache',
			String.raw`var/lib/(?:dnf|yum)/(?:history|yumdb)[^\/]*`,
			String.raw`${home}/\.cache`,
			String.raw`${home}/\.npm(?:/_[^\/]+)?`,
			String.raw`${home}/\.(?:yarn|pnpm-store|bun/install/cache)`,
			String.raw`${home}/\.local/share/pnpm/store`,
			String.raw`${home}/\.(?:m2|gradle|ivy2|sbt|coursier|nuget|composer/cache|bundle/cache|gem)`,
			String.raw`${home}/\.(?:cargo|rustup)`,
			`${home}/go/pkg`,
			'go/pkg',
			'usr/local/cargo/(?:registry|git)',
			String.raw`usr/local/share/\.cache`,
			'usr/local/bundle/cache',
			String.raw`usr/(?:local/)?lib/ruby/gems/[^\/]+/cache`,
			'nix/var/nix/(?:db|gcroots)',
		),
	},
	{
		category: 'package cache',
		pattern: anywhere(
			'__pycache__',
			String.raw`node_modules/\.cache`,
			String.raw`\.(?:npm|yarn/cache|gradle|mypy_cache|pytest_cache|ruff_cache|tox|nox|parcel-cache|turbo|next/cache)`,
			String.raw`[^\/]+\.py[co]`,
		),
	},
	{
		category: 'logs and temporary files',
		pattern: fromRoot('tmp', 'var/tmp', 'var/log', 'var/crash', 'run'),
	},
	{
		category: 'logs and temporary files',
		pattern: anywhere(
			String.raw`[^\/]+\.(?:log|tmp|swp|bak|orig|rej)`,
			String.raw`npm-debug[^\/]*`,
			String.raw`[^\/]*~`,
			String.raw`lost\+found`,
		),
	},
	{
		category: 'compilers and headers',
		pattern: fromRoot(
			'usr/(?:local/)?include',
			String.raw`usr/(?:local/)?lib(?:exec)?/(?:gcc|llvm[^\/]*|clang|cmake|pkgconfig|debug|rustlib)(?:/.*)?`,
			String.raw`usr/lib/[^\/]+/(?:pkgconfig|cmake)`,
			'usr/libexec/gcc',
			'usr/local/(?:go|rustup)',
			'usr/local/cargo/bin',
			String.raw`usr/lib/(?:go|rust|jvm)[^\/]*`,
			String.raw`${home}/\.rustup`,
			String.raw`usr/(?:local/)?bin/(?:[^\/]*-)?(?:gcc|g\+\+|cc|c\+\+|cpp|clang|clang\+\+|ld|ld\.(?:bfd|gold|lld)|as|ar|ranlib|nm|objcopy|objdump|strip|rustc|cargo|go|gofmt|javac|ghc|tsc)(?:-\d[\d.]*)?`,
		),
	},
	{
		category: 'compilers and headers',
		pattern: anywhere(
			String.raw`[^\/]+\.(?:h|hh|hpp|hxx|a|la|o|obj|pc)`,
			'node_modules/(?:typescript|@types|esbuild|webpack|@swc|@babel|rollup|vite)',
		),
	},
	{
		category: 'build tools',
		pattern: fromRoot(
			String.raw`usr/(?:local/)?bin/(?:make|gmake|cmake|ctest|ninja|meson|autoconf|automake[^\/]*|libtool[^\/]*|m4|bison|flex|patch|pkg-config|pkgconf|git|svn|hg|gdb|strace|mvn|gradle|ant|bazel|yasm|nasm|swig|dpkg-buildpackage|rpmbuild|fakeroot)`,
			String.raw`usr/(?:local/)?(?:share|lib)/(?:cmake[^\/]*|automake[^\/]*|autoconf|aclocal[^\/]*|libtool|bison|meson|maven|gradle|ant|git-core)`,
			'usr/libexec/git-core',
			String.raw`opt/(?:gradle|maven)[^\/]*`,
			String.raw`usr/share/(?:maven|gradle)[^\/]*`,
		),
	},
	{
		category: 'test data',
		// But for the program of that name.
		pattern: /(?<!\/s?bin)\/tests?\//v,
	},
	{
		category: 'test data',
		pattern: anywhere(
			'__tests__',
			'testdata',
			'test-data',
			'fixtures',
			'spec',
			'specs',
			'__snapshots__',
			'coverage',
			String.raw`\.nyc_output`,
			String.raw`[^\/]+[._\-](?:test|spec)\.[cm]?[jt]sx?`,
			String.raw`[^\/]+_test\.(?:go|py|rb|exs)`,
			String.raw`test_[^\/]+\.py`,
		),
	},
	{
		category: 'documentation',
		pattern: fromRoot(
			'usr/(?:local/)?share/(?:doc|doc-base|man|info|locale|i18n|help|gtk-doc|lintian|bug|linda)',
			'usr/(?:local/)?(?:man|doc)',
		),
	},
	{
		category: 'documentation',
		pattern: anywhere(
			String.raw`(?:README|CHANGELOG|CHANGES|CONTRIBUTING|HISTORY|AUTHORS)(?:\.[^\/]+)?`,
			String.raw`[^\/]+\.(?:md|rst|adoc)`,
			'docs?',
		),
	},
	{
		category: 'sources',
		pattern: fromRoot('usr/(?:local/)?src', 'src', 'build', 'go/src'),
	},
	{
		category: 'sources',
		pattern: anywhere(
			String.raw`[^\/]+\.(?:c|cc|cpp|cxx|go|rs|java|kt|scala|swift|hs|cs|tsx?|jsx|coffee|scss|less|proto|cmake|gradle|sbt|cabal|map)`,
			String.raw`(?:Makefile|CMakeLists\.txt|Dockerfile|Containerfile|Cargo\.(?:toml|lock)|go\.(?:mod|sum)|pom\.xml|build\.gradle(?:\.kts)?|Gemfile(?:\.lock)?|configure(?:\.ac)?)`,
		),
	},
];

/**
@param path - From the root, without a leading slash.
@returns What is there, or `null` when the path tells nothing: most of what an image is meant to carry.
*/
export function categoryOf(path: BytePath): Category | null {
	const subject = `/${path}/`;
	return rules.find(({pattern}) => pattern.test(subject))?.category ?? null;
}
