import type {LanguageFn} from 'highlight.js';

type Grammar = {
	readonly names: readonly string[];
	load(): Promise<{readonly default: LanguageFn}>;
};

/**
The languages that files of images and build contexts are in, each loaded when a file of it is looked at. `names` are the
ends of file names behind the dot, whole names, and what runs a script.
*/
const grammars: Readonly<Record<string, Grammar>> = {
	bash: {
		names: ['sh', 'bash', 'zsh', 'ash', 'dash', 'ksh', '.profile', '.bashrc'],
		load: async () => import('highlight.js/lib/languages/bash'),
	},
	c: {
		names: ['c', 'h'],
		load: async () => import('highlight.js/lib/languages/c'),
	},
	cpp: {
		names: ['cc', 'cpp', 'cxx', 'hh', 'hpp', 'hxx'],
		load: async () => import('highlight.js/lib/languages/cpp'),
	},
	csharp: {
		names: ['cs'],
		load: async () => import('highlight.js/lib/languages/csharp'),
	},
	css: {
		names: ['css'],
		load: async () => import('highlight.js/lib/languages/css'),
	},
	diff: {
		names: ['diff', 'patch'],
		load: async () => import('highlight.js/lib/languages/diff'),
	},
	dockerfile: {
		names: ['dockerfile', 'containerfile'],
		load: async () => import('highlight.js/lib/languages/dockerfile'),
	},
	go: {
		names: ['go'],
		load: async () => import('highlight.js/lib/languages/go'),
	},
	ini: {
		names: ['ini', 'toml', 'cfg', 'conf', 'service', '.npmrc', '.gitconfig'],
		load: async () => import('highlight.js/lib/languages/ini'),
	},
	java: {
		names: ['java'],
		load: async () => import('highlight.js/lib/languages/java'),
	},
	javascript: {
		names: ['js', 'mjs', 'cjs', 'jsx', 'node'],
		load: async () => import('highlight.js/lib/languages/javascript'),
	},
	json: {
		names: ['json', 'jsonc', 'map'],
		load: async () => import('highlight.js/lib/languages/json'),
	},
	kotlin: {
		names: ['kt', 'kts'],
		load: async () => import('highlight.js/lib/languages/kotlin'),
	},
	lua: {
		names: ['lua'],
		load: async () => import('highlight.js/lib/languages/lua'),
	},
	makefile: {
		names: ['mk', 'makefile', 'gnumakefile'],
		load: async () => import('highlight.js/lib/languages/makefile'),
	},
	markdown: {
		names: ['md', 'markdown'],
		load: async () => import('highlight.js/lib/languages/markdown'),
	},
	nginx: {
		names: ['nginx.conf'],
		load: async () => import('highlight.js/lib/languages/nginx'),
	},
	perl: {
		names: ['pl', 'pm', 'perl'],
		load: async () => import('highlight.js/lib/languages/perl'),
	},
	php: {
		names: ['php'],
		load: async () => import('highlight.js/lib/languages/php'),
	},
	properties: {
		names: ['properties', 'env', '.env'],
		load: async () => import('highlight.js/lib/languages/properties'),
	},
	python: {
		names: ['py', 'pyi', 'python', 'python2', 'python3'],
		load: async () => import('highlight.js/lib/languages/python'),
	},
	ruby: {
		names: ['rb', 'gemspec', 'ruby', 'gemfile', 'rakefile'],
		load: async () => import('highlight.js/lib/languages/ruby'),
	},
	rust: {
		names: ['rs'],
		load: async () => import('highlight.js/lib/languages/rust'),
	},
	sql: {
		names: ['sql'],
		load: async () => import('highlight.js/lib/languages/sql'),
	},
	swift: {
		names: ['swift'],
		load: async () => import('highlight.js/lib/languages/swift'),
	},
	typescript: {
		names: ['ts', 'mts', 'cts', 'tsx'],
		load: async () => import('highlight.js/lib/languages/typescript'),
	},
	xml: {
		names: ['xml', 'html', 'htm', 'xhtml', 'svg', 'xsd', 'pom'],
		load: async () => import('highlight.js/lib/languages/xml'),
	},
	yaml: {
		names: ['yml', 'yaml'],
		load: async () => import('highlight.js/lib/languages/yaml'),
	},
};

const byName = new Map(
	Object.entries(grammars).flatMap(([language, {names}]) =>
		names.map(name => [name, language] as const),
	),
);

/** The program of a script's first line, without the folder and the version: `#!/usr/bin/env python3.11 -u`. */
const interpreter =
	/^#!\s*(?:\S*\/env\s+(?:-S\s*)?)?(?:\S*\/)?(?<name>[a-z]+\d?)/v;

/**
@param name - A file's name.
@param firstLine - Of its contents.
@returns What it is written in, or `null` when neither tells.
*/
export function languageOf(name: string, firstLine: string): string | null {
	const lower = name.toLowerCase();
	const program = interpreter.exec(firstLine)?.groups?.['name'];
	return (
		byName.get(lower) ??
		byName.get(lower.slice(lower.lastIndexOf('.') + 1)) ??
		byName.get(lower.split('.', 1)[0]!) ??
		(program === undefined ? undefined : byName.get(program)) ??
		null
	);
}

/**
@param language - As `languageOf` names it.
@returns Its grammar.
*/
export async function loadGrammar(language: string): Promise<LanguageFn> {
	const {default: grammar} = await grammars[language]!.load();
	return grammar;
}
