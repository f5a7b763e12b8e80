import {asBytePath, textOf} from '../../../text/byte-path.js';
import {type GrpcCall} from './grpc.js';

/** What the engine asks of a directory, in the metadata of `FileSync/DiffCopy`. */
export type SyncRequest = {
	/** Which directory: `context`, `dockerfile` or the name of another one. */
	readonly directory: string;
	readonly includePatterns: readonly string[];
	readonly excludePatterns: readonly string[];
	readonly followPaths: readonly string[];
};

/**
@param call - A call of `FileSync/DiffCopy`.
@returns Its request. Values are bytes; when one of a key isn't ASCII, newer engines encode all of them as in a query
string and say so under the key with `-encoded` (BuildKit, session/filesync).
*/
export function readSyncRequest(call: GrpcCall): SyncRequest {
	const values = (key: string): string[] => {
		const isEncoded = call.metadata(`${key}-encoded`)[0] === '1';
		return call
			.metadata(key)
			.map(value => textOf(asBytePath(isEncoded ? decode(value) : value)));
	};

	return {
		directory: values('dir-name')[0] ?? '',
		includePatterns: values('include-patterns'),
		excludePatterns: values('exclude-patterns'),
		followPaths: values('followpaths'),
	};
}

function decode(value: string): string {
	return value
		.replaceAll('+', ' ')
		.replaceAll(/%([\da-f]{2})/giv, (_, digits: string) =>
			String.fromCodePoint(Number.parseInt(digits, 16)),
		);
}
