export { linkOverWebSocket, openWebSocket } from './web-socket.ts';
