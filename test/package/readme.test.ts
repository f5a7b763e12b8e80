import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {generate} from '../../scripts/readme.js';

test('the readme shows the help, the keys and the commands as they are', () => {
	const readme = readFileSync(
		new URL('../../readme.md', import.meta.url),
		'utf8',
	);
	expect(readme).toBe(generate(readme));
	expect(readme).toContain('$ mstage debug --help');
	expect(readme).toContain('| `c` | Continue');
});
