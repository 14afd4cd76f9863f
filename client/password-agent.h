/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * On a terminal polkit asks for a password through an agent, which is started for this process
 * unless it is root's, and ends with it. Without one polkit just says no.
 */
void password_agent_start(void);
