import {DockerfileError} from '../errors.js';

/** Why a piece of a Dockerfile is refused, said where the piece's place in the file isn't known. */
export class Refusal extends Error {
	override readonly name: string = 'Refusal';
}

/**
@param file - The Dockerfile as the user named it.
@param line - The line that `read` reads, counted from 1, or `null` when the whole file is meant.
@param read - What may throw a `Refusal`.
@returns What `read` returns.
@throws {DockerfileError} With the reason of the refusal and the place.
*/
export function inFile<T>(file: string, line: number | null, read: () => T): T {
	try {
		return read();
	} catch (error) {
		if (error instanceof Refusal) {
			throw new DockerfileError(error.message, file, line, {cause: error});
		}

		throw error;
	}
}
