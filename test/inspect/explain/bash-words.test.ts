/* eslint-disable no-template-curly-in-string -- what shells expand */
import {describe, expect, test} from 'vitest';
import {
	bashBraces,
	bashCommand,
	bashOption,
	bashSyntax,
	bashTest,
	isUnexpanded,
} from '../../../source/inspect/explain/words/bash-words.js';

describe('what only bash reads', () => {
	test.each([
		['a=(1 2)', 'NAME=(…)'],
		['diff <(ls a) b', '<(…)'],
		['cat <<< "$x"', '<<<'],
		['function f { ls; }; f', 'function'],
		['for ((i=0; i<3; i++)); do ls; done', 'for ((…))'],
		['echo "${x,,}"', '${NAME,,}'],
		["echo '${x,,}'; echo ${y/a/b}", '${NAME/…/…}'],
		['x="a=(b)"; echo ${x:0:1}', '${NAME:0:1}'],
		['# a=(1)\nls |& cat', '|&'],
		['if ((1 > 0)); then ls; fi', '((…))'],
		['make &> log', '&>'],
	])('%s', (text, word) => {
		expect(bashSyntax(text)?.word).toBe(word);
	});

	test.each([
		'ls && (cd a; ls) | cat > b 2>&1',
		"awk '{a[1]=(2)}' <<EOF\nx\nEOF",
		'x=$(ls); y=${x:-1}; z=$((1 + 2)); echo "${x#a}" ${y%%b}',
		'case $x in (a) ls;; b) ls & ;; esac',
		'f() { ls; }; f',
	])('every shell reads %s', text => {
		expect(bashSyntax(text)).toBeNull();
	});
});

test('commands, options and tests of bash', () => {
	expect(bashCommand('source')?.instead).toBe('. instead of source');
	expect(bashCommand('x+=1')?.word).toBe('+=');
	expect(bashCommand('node')).toBeNull();
	expect(bashOption('set', '-o pipefail')?.word).toBe('set -o pipefail');
	expect(bashOption('set', '-o nonsense')).toBeNull();
	expect(bashOption('cd', '-q')).toBeNull();
	expect(bashTest('[ "$a" == b ] && ls')?.instead).toBe('= instead of ==');
	expect(bashTest('[ "$a" = b ] && echo ==')).toBeNull();
});

test('braces that stayed as they were', () => {
	expect(bashBraces('/app/{bin,lib}')).toBe('{bin,lib}');
	expect(bashBraces('{{ x }}')).toBeNull();
	expect(isUnexpanded('a{b,c}d', 'acd')).toBe(true);
	expect(isUnexpanded('a{b,c}d', 'ad')).toBe(false);
});
