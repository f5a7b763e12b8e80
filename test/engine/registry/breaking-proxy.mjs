import {connect, createServer} from 'node:net';
import process from 'node:process';

/*
Hands connections on to a registry, and breaks off for ever when a connection has brought more than the half of a layer:
`node breaking-proxy.mjs PORT cut|stall`. It prints its port, then `broken`.
*/
const [registryPort, kind] = process.argv.slice(2);
const enough = 2_000_000;
let isBroken = false;

const server = createServer(client => {
	const upstream = connect(Number(registryPort), '127.0.0.1');
	const end = () => {
		client.destroy();
		upstream.destroy();
	};

	client.on('error', end).on('close', end);
	upstream.on('error', end).on('close', end);
	let passed = 0;
	upstream.on('data', data => {
		passed += data.length;
		if (!isBroken && passed > enough) {
			isBroken = true;
			console.log('broken');
		}

		if (!isBroken) {
			client.write(data);
		} else if (kind === 'cut') {
			end();
		}
	});
	if (isBroken && kind === 'cut') {
		end();
	} else {
		client.pipe(upstream);
	}
});

server.listen(0, '0.0.0.0', () => {
	console.log(server.address().port);
});
