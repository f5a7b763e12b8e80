import {expect, test} from 'vitest';
import {presentVariables} from '../../../source/ui/present/variables.js';
import type {ViewAction} from '../../../source/ui/view-state.js';
import {sceneOf, textsOf} from '../scene.js';

const dockerfile = `ARG VERSION=1.2
FROM busybox AS builder
ARG VERSION
ENV PATH=/usr/bin
ENV PATH=/opt/bin:$PATH GREETING="hello world, this goes on and on"
ENV MODE=\u001B[2Jfast
WORKDIR /src
LABEL a=1 b=2

FROM builder AS final
ARG LEVEL=3
USER app
`;

function variables(
	step: number,
	options: {
		readonly view?: readonly ViewAction[];
		readonly width?: number;
		readonly height?: number;
	} = {},
) {
	const {view = [], width = 60, height = 20} = options;
	const scene = sceneOf({
		dockerfile,
		view: [{type: 'select', selection: {kind: 'step', step}}, ...view],
	});
	return presentVariables(scene, width, height);
}

test('says what holds after an instruction, from where, and what it was before', () => {
	const {rows, label} = variables(3);
	expect(textsOf(rows)).toEqual([
		' Environment',
		'± PATH      /opt/bin:/usr/bin                    ENV line 5',
		'       was  /usr/bin                             ENV line 4',
		'± GREETING  hello world, this goes on and on     ENV line 5',
		' Build arguments',
		'  VERSION   1.2                              global, line 1',
		' Settings',
		'  platform  linux/amd64                          base image',
	]);
	expect(label).toMatch(/^after builder:3 · ENV PATH=/v);
});

test('of another stage, with what its own defaults and settings are', () => {
	expect(textsOf(variables(9).rows)).toEqual([
		' Environment',
		'  PATH      /opt/bin:/usr/bin                 stage builder',
		'  GREETING  hello world, this goes on and on  stage builder',
		String.raw`  MODE      \x1b[2Jfast                       stage builder`,
		' Build arguments',
		'  VERSION   1.2                              global, line 1',
		'  LEVEL     3                              default, line 11',
		' Settings',
		'  platform  linux/amd64                          base image',
		'  workdir   /src                              stage builder',
		'  labels    a=1                               stage builder',
		'            b=2',
		'± user      app                                USER line 12',
	]);
});

test('a long value is cut, and can be moved', () => {
	const line = (view: readonly ViewAction[]) =>
		textsOf(variables(3, {view, width: 40}).rows)[3];
	expect(line([])).toBe('± GREETING  hello world, t…  ENV line 5');
	expect(
		line([
			{type: 'focus', page: 'variables'},
			{type: 'shift', cells: 16},
		]),
	).toBe('± GREETING  s goes on and …  ENV line 5');
});

test('a filter leaves what contains it, in names and values', () => {
	const filtered = variables(3, {view: [{type: 'filter', text: 'OPT'}]});
	expect(textsOf(filtered.rows).slice(0, 2)).toEqual([
		' Environment',
		'± PATH  /opt/bin:/usr/bin                        ENV line 5',
	]);
	expect(filtered.position).toBe("with 'OPT'");
	expect(
		textsOf(variables(3, {view: [{type: 'filter', text: 'nothing'}]}).rows),
	).toEqual([' Nothing contains the text: Esc shows everything.']);
});

test('while a filter is typed, it filters already', () => {
	const typing = {purpose: 'filter', text: 'version', problem: null} as const;
	expect(textsOf(variables(3, {view: [{type: 'type', typing}]}).rows)).toEqual([
		' Build arguments',
		'  VERSION  1.2                               global, line 1',
	]);
});

test('scrolls no further than its end', () => {
	const {rows, position} = variables(3, {
		view: [{type: 'scroll', pane: 'variables', top: 100}],
		height: 3,
	});
	expect(rows).toHaveLength(3);
	expect(position).toBe('6-8 of 8');
});
