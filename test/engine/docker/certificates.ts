import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {run} from '../process.js';

/** A certificate authority with the folders of certificates that it has made. */
export class Authority {
	/** @param folder - Where it keeps its own key, and makes folders. */
	static async make(folder: string): Promise<Authority> {
		await mkdir(folder, {recursive: true});
		await openssl(
			`req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=authority -keyout ${folder}/ca-key.pem -out ${folder}/ca.pem`,
		);
		return new Authority(folder);
	}

	readonly folder: string;

	private constructor(folder: string) {
		this.folder = folder;
	}

	/**
	@param name - Of the folder that gets `ca.pem`, `cert.pem` and `key.pem`.
	@param purpose - The side that the certificate is for; a server's is for 127.0.0.1.
	@param days - How long it is valid; -1 for one that has expired.
	@returns The folder.
	*/
	async issue(
		name: string,
		purpose: 'server' | 'client',
		days = 1,
	): Promise<string> {
		const folder = path.join(this.folder, name);
		await mkdir(folder, {recursive: true});
		const extensions = path.join(folder, 'extensions');
		await writeFile(
			extensions,
			`extendedKeyUsage=${purpose}Auth\nsubjectAltName=IP:127.0.0.1\n`,
		);
		await openssl(
			`req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=${name} -keyout ${folder}/key.pem -out ${folder}/request.pem`,
		);
		await openssl(
			`x509 -req -in ${folder}/request.pem -CA ${this.folder}/ca.pem -CAkey ${this.folder}/ca-key.pem -CAcreateserial -days ${days} -extfile ${extensions} -out ${folder}/cert.pem`,
		);
		await run('cp', [`${this.folder}/ca.pem`, folder]);
		return folder;
	}
}

async function openssl(command: string): Promise<void> {
	await run('openssl', command.split(' '));
}
