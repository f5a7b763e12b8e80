/*
The parts of the readme that are made from the program: each command's --help, the keys and the prompt's commands. Without an
argument it prints the readme as it should be; with --write it writes it.
*/
import {execFileSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import process from 'node:process';
import {promptCommands} from '../source/prompt/commands.js';
import {keyName, keyTable} from '../source/ui/keys.js';

const file = new URL('../readme.md', import.meta.url);

/**
@param readme - The text of the readme.
@returns It with its generated parts made anew; needs `dist/`.
*/
export function generate(readme: string): string {
	return readme
		.replaceAll(
			/(?<start><!-- help:(?<command>[\w ]+) -->\n)[\s\S]*?(?<end><!-- \/help -->)/gv,
			(_match, start: string, command: string, end: string) =>
				`${start}\`\`\`\n$ ${command} --help\n${helpOf(command)}\n\`\`\`\n${end}`,
		)
		.replace(
			/(?<start><!-- keys -->\n)[\s\S]*?(?<end><!-- \/keys -->)/v,
			(_match, start: string, end: string) => `${start}${keys()}${end}`,
		)
		.replace(
			/(?<start><!-- prompt -->\n)[\s\S]*?(?<end><!-- \/prompt -->)/v,
			(_match, start: string, end: string) => `${start}${prompt()}${end}`,
		);
}

function helpOf(command: string): string {
	const words = command.split(' ').slice(1);
	const cli = new URL('../dist/cli.js', import.meta.url).pathname;
	return execFileSync(process.execPath, [cli, ...words, '--help'], {
		encoding: 'utf8',
		env: {...process.env, LC_ALL: 'C.UTF-8'},
	}).trimEnd();
}

function keys(): string {
	const rows = keyTable.map(
		({keys: names, description}) =>
			`| ${names.map(key => `\`${keyName(key, true)}\``).join(' ')} | ${description} |\n`,
	);
	return `| key | what it does |\n| --- | --- |\n${rows.join('')}`;
}

function prompt(): string {
	const rows = promptCommands.map(
		({usage, key, description}) =>
			// A bar would end the cell (GitHub Flavored Markdown, tables).
			`| \`${usage.replaceAll('|', String.raw`\|`)}\` | ${key === undefined ? '' : `\`${key}\``} | ${description} |\n`,
	);
	return `| command | key | what it does |\n| --- | --- | --- |\n${rows.join('')}`;
}

if (process.argv[1] === import.meta.filename) {
	const generated = generate(readFileSync(file, 'utf8'));
	if (process.argv.includes('--write')) {
		writeFileSync(file, generated);
	} else {
		process.stdout.write(generated);
	}
}
