import {Refusal} from '../refusal.js';

// The grammar and the limits are those of the module github.com/distribution/reference: `regexp.go`, `normalize.go`, `reference.go`.
const domainComponent = String.raw`(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\-]*[a-zA-Z0-9])`;
const domain = String.raw`(?:${domainComponent}(?:\.${domainComponent})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?`;
const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const path = `${component}(?:/${component})*`;
const tag = String.raw`[A-Za-z0-9_][A-Za-z0-9_.\-]{0,127}`;
const digest = String.raw`[A-Za-z][A-Za-z0-9]*(?:[\-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}`;

const referencePattern = new RegExp(
	`^(?<name>(?:${domain}/)?${path})(?::(?<tag>${tag}))?(?:@(?<digest>${digest}))?$`,
	'v',
);
const namePattern = new RegExp(
	`^(?:(?<domain>${domain})/)?(?<path>${path})$`,
	'v',
);

const longestPath = 255;
const digestLengths = new Map([
	['sha256', 64],
	['sha384', 96],
	['sha512', 128],
]);
const defaultDomain = 'docker.io';
const officialPrefix = 'library/';

type ImageReference = {
	readonly domain: string;
	readonly path: string;
	readonly tag: string | undefined;
	readonly digest: string | undefined;
};

function splitDomain(name: string): {domain: string; remainder: string} {
	const slash = name.indexOf('/');
	if (slash === -1) {
		return {domain: defaultDomain, remainder: officialPrefix + name};
	}

	const first = name.slice(0, slash);
	const rest = name.slice(slash + 1);
	const isDomain =
		first === 'localhost' ||
		/[.:]/v.test(first) ||
		first.toLowerCase() !== first;
	const found = isDomain ? first : defaultDomain;
	const remainder = isDomain ? rest : name;

	return found === defaultDomain || found === 'index.docker.io'
		? {
				domain: defaultDomain,
				remainder: remainder.includes('/')
					? remainder
					: officialPrefix + remainder,
			}
		: {domain: found, remainder};
}

/**
@param text - A checksum with its algorithm.
@returns Whether it is a digest as images have it: `sha256:…`, `sha384:…` or `sha512:…`, in lower case.
*/
export function isDigest(text: string): boolean {
	const [algorithm = '', encoded = ''] = text.split(':');
	return (
		/^[a-f0-9]+$/v.test(encoded) &&
		text === `${algorithm}:${encoded}` &&
		digestLengths.get(algorithm) === encoded.length
	);
}

/**
@param name - An image as in FROM: `golang:1.24`, `example.com:5000/team/app@sha256:…`.
@returns Its parts, with the domain and the `library/` that a short name leaves out.
@throws {Refusal} When no image can have this name.
*/
export function parseImageReference(name: string): ImageReference {
	if (/^[a-f0-9]{64}$/v.test(name)) {
		throw new Refusal(
			`"${name}" is an image ID, and a build can only start from an image name`,
		);
	}

	const {domain, remainder} = splitDomain(name);
	const repository = remainder.split(':')[0]!;
	if (repository.toLowerCase() !== repository) {
		throw new Refusal(
			`"${name}" is no valid image name: it must be in lower case, and no earlier stage is called so`,
		);
	}

	const groups = referencePattern.exec(`${domain}/${remainder}`)?.groups;
	if (groups === undefined) {
		throw new Refusal(
			`"${name}" is no valid image name (an example of one: example.com/team/app:1.0)`,
		);
	}

	const parts = namePattern.exec(groups['name']!)!.groups!;
	if (parts['path']!.length > longestPath) {
		throw new Refusal(
			`the image name "${name}" is longer than ${longestPath} characters`,
		);
	}

	if (groups['digest'] !== undefined && !isDigest(groups['digest'])) {
		throw new Refusal(
			`the digest of the image "${name}" is invalid (an example of one: sha256: and 64 of 0-9, a-f)`,
		);
	}

	return {
		domain: parts['domain'] ?? '',
		path: parts['path']!,
		tag: groups['tag'],
		digest: groups['digest'],
	};
}

/**
@param name - An image, a stage or a named context.
@returns The name by which `--build-context` replaces it: the short form, without `:latest`.
@throws {Refusal} When no image can have this name.
*/
export function contextName(name: string): string {
	const {domain, path, tag, digest} = parseImageReference(name);
	const isOfficial =
		domain === defaultDomain &&
		path.startsWith(officialPrefix) &&
		!path.slice(officialPrefix.length).includes('/');
	const short =
		domain === defaultDomain
			? isOfficial
				? path.slice(officialPrefix.length)
				: path
			: `${domain}/${path}`;
	const suffix =
		(tag === undefined ? '' : `:${tag}`) +
		(digest === undefined ? '' : `@${digest}`);

	return (short + suffix).replace(/:latest$/v, '');
}
