import type {FailureWords} from './failure-words.js';

/**
Explains why a file from an address can't be had, as far as that is known.

@param message - What a builder says: BuildKit `invalid response status 404` and `digest mismatch A: B`, the legacy builder
`failed to GET ADDRESS with status 404 File not found: …`.
@param address - Of the file.
@returns `undefined` when it says something else.
*/
export function explainAnswer(
	message: string,
	address: string,
): FailureWords | undefined {
	const sums =
		/digest mismatch (?<found>\w+:[0-9a-f]+): (?<wanted>\w+:[0-9a-f]+)$/v.exec(
			message,
		)?.groups;
	if (sums) {
		return {
			kind: 'network',
			message: `${address} has another checksum than --checksum says: it is ${sums['found']}, not ${sums['wanted']}.`,
			advice:
				'What the address holds has changed, or --checksum is wrong: find out which before you correct it.',
		};
	}

	const status =
		/(?:invalid response status|with status|status code:?) (?<status>\d{3})\b/v.exec(
			message,
		)?.groups!['status'];
	return status === undefined
		? undefined
		: {
				kind: 'network',
				message: `${address} can't be fetched: its server answers with the status ${status}${names[status] === undefined ? '' : ` (${names[status]})`}.`,
				advice: adviceFor(Number(status)),
			};
}

const names: Readonly<Record<string, string>> = {
	401: 'unauthorized',
	403: 'forbidden',
	404: 'not found',
	410: 'gone',
	429: 'too many requests',
	500: 'internal server error',
	502: 'bad gateway',
	503: 'service unavailable',
	504: 'gateway timeout',
};

function adviceFor(status: number): string {
	return status === 401 || status === 403
		? 'The builder sends no credentials: take an address that needs none, or fetch it in a RUN with a secret.'
		: status >= 500 || status === 429
			? 'Try again later.'
			: 'Correct the address.';
}
