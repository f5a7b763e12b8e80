import {contract} from './contract.js';

contract('legacy');
