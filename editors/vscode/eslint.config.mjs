import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["out", "dist", "node_modules", "eslint.config.mjs"] },
  ...tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  // node:test returns promises that its runner awaits.
  { files: ["test/**"], rules: { "@typescript-eslint/no-floating-promises": "off" } },
);
