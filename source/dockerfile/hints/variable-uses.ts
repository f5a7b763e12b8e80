/**
Finds the variables that a text uses, as a shell and BuildKit's expansion read it: not in single quotes, not behind an
escape, not in a comment.

@returns Their names, each once, in the order of their first use.
*/
export function variablesIn(text: string): readonly string[] {
	const names = new Set<string>();
	let quote: "'" | '"' | null = null;
	for (let index = 0; index < text.length; index++) {
		const character = text[index]!;
		if (quote === "'") {
			quote = character === "'" ? null : quote;
			continue;
		}

		if (character === '\\') {
			index++;
		} else if (character === '"') {
			quote = quote === '"' ? null : '"';
		} else if (character === "'" && quote === null) {
			quote = "'";
		} else if (
			character === '#' &&
			quote === null &&
			/^$|&|[\s;\|\(]/v.test(text[index - 1] ?? '')
		) {
			const end = text.indexOf('\n', index);
			index = end === -1 ? text.length : end;
		} else if (character === '$') {
			const name = /^\$\{?(?<name>[A-Za-z_]\w*)/v.exec(
				text.slice(index, index + 256),
			)?.groups!['name'];
			if (name !== undefined) {
				names.add(name);
			}
		}
	}

	return [...names];
}

/**
@param text - Of a shell.
@param name - Of a variable.
@returns Whether the text may give the variable a value by itself.
*/
export function isAssigned(text: string, name: string): boolean {
	return new RegExp(
		String.raw`(?<![\w$\{])${name}\+?=|\$\{${name}:?=|\bfor\s+${name}\b|\b(?:read|export|local|declare|typeset|readonly|getopts|mapfile|unset)\b[^\n;\&\|]*\b${name}\b`,
		'v',
	).test(text);
}
