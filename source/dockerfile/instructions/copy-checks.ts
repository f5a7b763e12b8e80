import {Refusal} from '../refusal.js';
import type {Command} from './command.js';
import {isDigest} from './image-reference.js';

type Copy = Extract<Command, {kind: 'add' | 'copy'}>;

// https://pubs.opengroup.org/onlinepubs/9699919799/utilities/chmod.html, as BuildKit takes it.
const symbolicMode =
	/^[augo]*[+\-=][rstwxXugo]*(?:[+\-=][rstwxXugo]*)*(?:,[augo]*[+\-=][rstwxXugo]*(?:[+\-=][rstwxXugo]*)*)*$/v;
const octalMode = /^0*[0-7]{1,4}$/v;

// BuildKit's `frontend/dockerfile/dfgitutil/git_ref.go` and `util/gitutil/git_url.go`.
const gitUrl =
	/^(?:(?:ssh|git):\/\/|https?:\/\/[^?#]*\.git(?:[?#]|$)|[\w\-]+@[a-zA-Z0-9\-.]+:)/iv;

const isHttp = (source: string): boolean => /^https?:\/\//v.test(source);

/**
@param source - Of ADD.
@returns Whether it is a Git repository to BuildKit.
*/
export function isGitSource(source: string): boolean {
	return !/^\.{1,2}\//v.test(source) && gitUrl.test(source);
}

function checkChecksum(
	checksum: string,
	sources: ReadonlyArray<string | undefined>,
): void {
	const [source] = sources;

	if (sources.length !== 1) {
		throw new Refusal('--checksum goes with exactly one source');
	}

	if (source === undefined) {
		return;
	}

	if (
		!isHttp(source) &&
		!isGitSource(source) &&
		!source.startsWith('github.com/')
	) {
		throw new Refusal('--checksum goes only with a source that is a URL');
	}

	if (isHttp(source) && !isGitSource(source) && !isDigest(checksum)) {
		throw new Refusal(
			`--checksum=${checksum} is no digest (an example of one: sha256: and 64 of 0-9, a-f)`,
		);
	}
}

/**
Checks a COPY or ADD as BuildKit does when the stage is needed (its `frontend/dockerfile/dockerfile2llb/convert_copy.go`).

@param copy - What the instruction says.
@param expand - Expands a word, or returns `undefined` where only the image knows it.
@throws {Refusal} When one of its flags or sources is wrong.
*/
export function checkCopy(
	copy: Copy,
	expand: (word: string) => string | undefined,
): void {
	const flag = (name: string): string | undefined =>
		expand(copy.flags.get(name)?.[0] ?? '');
	const sources = copy.sources.map(source => expand(source));
	const chmod = flag('chmod');
	const checksum = flag('checksum');

	// Any mistake in their variables shows here.
	flag('chown');
	expand(copy.destination);

	if (chmod && !octalMode.test(chmod) && !symbolicMode.test(chmod)) {
		throw new Refusal(
			`--chmod=${chmod} is no mode (examples of one: --chmod=755, --chmod=u+x)`,
		);
	}

	if (checksum) {
		checkChecksum(checksum, sources);
	}

	const remote = sources.find(
		source => source !== undefined && (isHttp(source) || isGitSource(source)),
	);
	if (copy.kind === 'copy' && remote !== undefined) {
		throw new Refusal(`COPY can't copy from the URL ${remote}: use ADD`);
	}
}
