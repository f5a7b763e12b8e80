// The rooms and the one direction of imports between them (see "Rooms" in the readme).
const rooms = {
	// Room: the rooms that it may import besides itself, the leaves and packages
	commands: [
		'ui',
		'prompt',
		'terminal',
		'project-cache',
		'report',
		'inspect',
		'debugger',
		'engine',
		'dockerfile',
		'filesystem',
	],
	ui: [
		'terminal',
		'report',
		'inspect',
		'debugger',
		'engine/port',
		'dockerfile',
		'filesystem',
	],
	prompt: [
		'terminal',
		'report',
		'inspect',
		'debugger',
		'engine/port',
		'dockerfile',
		'filesystem',
	],
	terminal: ['engine/port'],
	report: ['inspect', 'debugger', 'engine/port', 'dockerfile', 'filesystem'],
	inspect: ['debugger', 'engine/port', 'dockerfile', 'filesystem'],
	'project-cache': ['debugger', 'engine/port'],
	debugger: ['engine/port', 'dockerfile', 'filesystem'],
	engine: ['dockerfile', 'filesystem'],
	dockerfile: [],
	filesystem: [],
};

const leaves = ['errors', 'until-aborted', 'text'];

const ruleFor = ([room, allowed]) => ({
	name: `${room}-imports`,
	severity: 'error',
	comment: `${room}/ may import only: ${[...allowed, ...leaves].join(', ') || 'nothing of ours'}`,
	from: {path: `^source/${room}/`},
	to: {
		path: String.raw`^(source/|cli\.tsx|test/|bench/)`,
		pathNot: [room, ...allowed, ...leaves].map(
			name => String.raw`^source/${name}(/|\.tsx?$|$)`,
		),
	},
});

module.exports = {
	forbidden: [
		...Object.entries(rooms).map(entry => ruleFor(entry)),
		{
			name: 'leaves-import-nothing',
			severity: 'error',
			from: {path: String.raw`^source/((errors|until-aborted)\.ts|text/)`},
			to: {
				path: '^source/',
				pathNot: String.raw`^source/((errors|until-aborted)\.ts|text/)`,
			},
		},
		{
			name: 'no-cycles',
			severity: 'error',
			from: {},
			to: {circular: true},
		},
		{
			name: 'react-only-in-ui',
			severity: 'error',
			comment:
				'React and Ink are imported under ui/ and by the command that renders it',
			from: {path: '^source/', pathNot: '^source/ui/'},
			to: {path: 'node_modules/(react|ink|ink-spinner|@inkjs)(/|$)'},
		},
		{
			name: 'pure-rooms',
			severity: 'error',
			comment:
				'dockerfile/, filesystem/ and debugger/machine/ touch nothing outside the process',
			from: {
				path: '^source/(dockerfile|filesystem|debugger/machine)/',
			},
			to: {dependencyTypes: ['core'], pathNot: '^(node:)?path(/posix)?$'},
		},
		{
			name: 'dockerode-stays-in-engine',
			severity: 'error',
			from: {path: '^source/', pathNot: '^source/engine/'},
			to: {
				path: 'node_modules/(@types/)?(dockerode|docker-modem|@connectrpc|@bufbuild)/',
			},
		},
		{
			name: 'port-imports-no-adapter',
			severity: 'error',
			from: {path: String.raw`^source/engine/port(\.ts$|/)`},
			to: {
				path: '^source/engine/',
				pathNot: '^source/engine/port/',
			},
		},
		{
			name: 'no-test-imports',
			severity: 'error',
			from: {path: String.raw`^(source/|cli\.tsx)`},
			to: {path: '^(test|bench|media|scripts)/'},
		},
	],
	options: {
		doNotFollow: {path: 'node_modules'},
		tsPreCompilationDeps: true,
		tsConfig: {fileName: 'tsconfig.json'},
		enhancedResolveOptions: {
			exportsFields: ['exports'],
			conditionNames: ['import', 'require', 'node', 'default', 'types'],
		},
	},
};
