import {Buffer} from 'node:buffer';

/** A value that nobody who has the image should find in it. */
export type SecretValue = {
	/** What it was given as. */
	readonly kind: 'secret' | 'build argument';
	readonly name: string;
	readonly value: Uint8Array;
};

/** Shorter values, in bytes, are found everywhere. */
const shortest = {secret: 4, 'build argument': 8} as const;

/** Of a value of several lines, such as a key, a line counts that has at least so many bytes and isn't its frame. */
const shortestLine = 16;

type Needle = {readonly secret: SecretValue; readonly bytes: Buffer};

/** Looks for values in what an image holds. */
export class SecretSearch {
	/** Whose values are too short to be looked for. */
	readonly tooShort: readonly SecretValue[];

	readonly #needles: readonly Needle[];
	readonly #longest: number;

	constructor(secrets: readonly SecretValue[]) {
		this.#needles = secrets.flatMap(secret =>
			needlesOf(secret).map(bytes => ({secret, bytes})),
		);
		this.#longest = Math.max(
			0,
			...this.#needles.map(({bytes}) => bytes.length),
		);
		const known = new Set(this.#needles.map(({secret}) => secret));
		this.tooShort = secrets.filter(
			secret => secret.value.length > 0 && !known.has(secret),
		);
	}

	/** Whether there is nothing to look for. */
	get isEmpty(): boolean {
		return this.#needles.length === 0;
	}

	/** @returns The secrets whose values are in the text, each once. */
	inText(text: string): readonly SecretValue[] {
		return [...this.#found(Buffer.from(text))];
	}

	/** @returns The secrets whose values are in the contents, each once. */
	async inContents(
		chunks: AsyncIterable<Uint8Array>,
	): Promise<readonly SecretValue[]> {
		const found = new Set<SecretValue>();
		let end: Buffer = Buffer.alloc(0);
		for await (const chunk of chunks) {
			const window = Buffer.concat([end, chunk]);
			for (const secret of this.#found(window)) {
				found.add(secret);
			}

			end = window.subarray(Math.max(0, window.length - this.#longest + 1));
		}

		return [...found];
	}

	*#found(window: Buffer): Generator<SecretValue> {
		const seen = new Set<SecretValue>();
		for (const {secret, bytes} of this.#needles) {
			if (!seen.has(secret) && window.includes(bytes)) {
				seen.add(secret);
				yield secret;
			}
		}
	}
}

/** A file mostly ends in a line break that what is made of it hasn't. */
function needlesOf({kind, value}: SecretValue): readonly Buffer[] {
	const text = Buffer.from(value)
		.toString('latin1')
		.replace(/[\r\n]+$/v, '');
	if (text.length < shortest[kind]) {
		return [];
	}

	const lines = text.split(/\r?\n/v);
	const longest = lines
		.filter(line => !line.startsWith('-----'))
		.toSorted((a, b) => b.length - a.length)[0];
	return [
		text,
		...(lines.length > 1 && longest && longest.length >= shortestLine
			? [longest]
			: []),
	].map(needle => Buffer.from(needle, 'latin1'));
}

const secretWords: ReadonlySet<string> = new Set([
	'apikey',
	'auth',
	'credential',
	'credentials',
	'key',
	'passphrase',
	'passwd',
	'password',
	'pword',
	'pwd',
	'secret',
	'secrets',
	'token',
]);

/** Such a variable says where a secret is, or is none. */
const harmlessWords: ReadonlySet<string> = new Set([
	'dir',
	'file',
	'id',
	'length',
	'name',
	'path',
	'public',
	'pub',
	'size',
	'ttl',
	'type',
	'url',
]);

/** @returns Whether a variable's name says that its value is a secret: `NPM_TOKEN`, `dbPassword`. */
export function isSecretName(name: string): boolean {
	const words = name
		.replaceAll(/(?<=[a-z\d])(?=[A-Z])/gv, '_')
		.toLowerCase()
		.split(/[_\-.]+/v);
	return (
		words.some(word => secretWords.has(word)) &&
		!words.some(word => harmlessWords.has(word))
	);
}
