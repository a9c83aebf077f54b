export { Driver, PlayedSfu } from './driver.ts';
export { World, type WorldOptions } from './world.ts';
