import css from './more.css?inline';

export { Toast } from '../../Toast.tsx';
export { Code } from './Code.tsx';
export { Control } from './Control.tsx';
export { ControlAsked } from './ControlAsked.tsx';
export { css };
