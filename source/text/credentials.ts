import {createHash} from 'node:crypto';

/** An address whose part before the host says who asks: `https://ann:pass@host`; up to the last `@`, as browsers and git read it. */
const withUser =
	/(?<![a-z\d+.\-])(?<scheme>[a-z\d+.\-]+):\/\/(?<user>[^\/\s?#"'<>\\]*)@/giv;

/** A token in the place of a name lets in too, where that is sent over HTTP. */
const isWeb = /https?$/iv;

/** A variable of a Dockerfile or of a shell: its name tells nothing. */
const onlyVariable =
	/^(?:[\w.~\-]*:)?\$(?:[A-Z_][A-Z\d_]*|\{[A-Z_][A-Z\d_]*\})$/v;

/** What stands for a name or a password in an address, and what for one that is to be told from others. */
const mask = '***';
const sealed = /^\*{3}[\da-f]{8}$/v;

/**
@param text - Anything that may hold addresses.
@returns The same, in which no address holds a password, nor one of the web a name: `https://***@host`, `ssh://git:***@host`.
*/
export function withoutCredentials(text: string): string {
	return replaceCredentials(text, () => mask);
}

/**
@param text - Anything that may hold addresses, to be kept.
@returns The same, in which what lets in is only told from others: `https://***1f2e3d4c@host`.
*/
export function sealCredentials(text: string): string {
	return replaceCredentials(text, secret =>
		sealed.test(secret)
			? secret
			: `${mask}${createHash('sha256').update(secret).digest('hex').slice(0, 8)}`,
	);
}

function replaceCredentials(
	text: string,
	replacement: (secret: string) => string,
): string {
	return text.includes('://')
		? text.replaceAll(
				withUser,
				(address: string, scheme: string, user: string) => {
					if (onlyVariable.test(user) || user === '') {
						return address;
					}

					const colon = user.indexOf(':');
					const isHidden = isWeb.test(scheme);
					if (!isHidden && colon === -1) {
						return address;
					}

					const start = isHidden ? 0 : colon + 1;
					return `${scheme}://${user.slice(0, start)}${replacement(user.slice(start))}@`;
				},
			)
		: text;
}
