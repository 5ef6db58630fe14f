/** The small behaviours of every page; each works on markup that is already useful without it. */
import { wireCopy } from "./copy";
import { wireSignOut } from "./crew/sign-out";
import { loadMaps } from "./map-loader";
import { wireMenus } from "./menus";
import { wireNearPlace } from "./near-place";
import { wireSearch } from "./search";
import { wireShare } from "./share";
import { wireSheet } from "./sheet";
import { wireThemeSwitch } from "./theme-switch";

wireThemeSwitch();
wireMenus();
wireSearch();
wireNearPlace();
wireShare(document);
wireCopy(document);
wireSignOut();
wireSheet();
loadMaps();
document.querySelector<HTMLElement>("[data-focus-first]")?.focus();
