import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {UsageError, toError} from '../../errors.js';
import type {TlsMaterial} from './address.js';

/**
@param folder - Where `ca.pem`, `cert.pem` and `key.pem` are, as far as they are there.
@param verify - Whether the engine has to show a certificate of the authority.
@throws {UsageError} A file is there and can't be read, or the certificate has no key.
*/
export async function readTlsFiles(
	folder: string,
	verify: boolean,
): Promise<TlsMaterial> {
	const [ca, cert, key] = await Promise.all(
		['ca.pem', 'cert.pem', 'key.pem'].map(async name =>
			readOptional(join(folder, name)),
		),
	);
	if ((cert === null) !== (key === null)) {
		throw new UsageError(
			`${folder} has ${cert === null ? 'key.pem without cert.pem' : 'cert.pem without key.pem'}: put the other one there.`,
		);
	}

	return {ca: ca!, cert: cert!, key: key!, verify, folder};
}

async function readOptional(file: string): Promise<string | null> {
	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return null;
		}

		throw new UsageError(
			`${file} can't be read: ${toError(error).message}. Correct its permissions.`,
			{cause: error},
		);
	}
}
