import process from 'node:process';
import {UsageError} from '../../../errors.js';

/** Where the value of a secret comes from. */
export type SecretSource = {readonly id: string} & (
	| {readonly kind: 'file'; readonly path: string}
	| {readonly kind: 'environment'; readonly variable: string}
);

type SecretFields = Partial<Record<'id' | 'type' | 'src' | 'env', string>>;

const keys = new Map<string, keyof SecretFields>([
	['id', 'id'],
	['type', 'type'],
	['src', 'src'],
	['source', 'src'],
	['env', 'env'],
]);
const types = new Set<string | undefined>([undefined, 'file', 'env']);
const example =
	'--secret id=token,src=token.txt or --secret id=token,env=TOKEN';

/**
@param text - The value of a `--secret` flag, as `docker build` takes it: comma-separated `key=value` fields (`id`, `src`
or `source`, `env`, `type` that is `file` or `env`), a field that has a comma itself in double quotes. When only the id is
given, the environment variable of that name is meant, or the file of that name when there is no such variable.
@param environment - Where variables are looked up.
@returns Its source; whether a file exists is not looked at.
@throws UsageError - When the value isn't of that form.
*/
export function parseSecret(
	text: string,
	environment: NodeJS.ProcessEnv = process.env,
): SecretSource {
	const {id, type, src, env} = parseFields(text);
	if (!id) {
		throw new UsageError(`--secret ${text} has no id; write ${example}.`);
	}

	if (!types.has(type)) {
		throw new UsageError(
			`--secret ${text}: the type ${type} is neither file nor env; write ${example}.`,
		);
	}

	const variable =
		env ||
		(type === 'env' ? src : undefined) ||
		(!src && id in environment ? id : undefined);
	return variable
		? {id, kind: 'environment', variable}
		: {id, kind: 'file', path: src || id};
}

function parseFields(text: string): SecretFields {
	const fields: SecretFields = {};
	for (const field of splitFields(text)) {
		const separator = field.indexOf('=');
		const key = keys.get(field.slice(0, Math.max(separator, 0)).toLowerCase());
		if (key === undefined) {
			throw new UsageError(
				`--secret ${text}: "${field}" is not id=, src=, env= or type=; write ${example}.`,
			);
		}

		fields[key] = field.slice(separator + 1);
	}

	return fields;
}

/** Fields of one CSV record (RFC 4180). */
function splitFields(text: string): string[] {
	const fields: string[] = [];
	const field = /("(?:[^"]|"")*"|[^",]*)(?:,|$)/vy;
	while (field.lastIndex < text.length || fields.length === 0) {
		const match = field.exec(text);
		if (match === null) {
			throw new UsageError(
				`--secret ${text}: a double quote is in the wrong place; put the whole field in quotes.`,
			);
		}

		const content = match[1]!;
		fields.push(
			content.startsWith('"')
				? content.slice(1, -1).replaceAll('""', '"')
				: content,
		);
	}

	return fields;
}
