"""A judged month whose calls hold passages for training: one calmed, one escalated, one given in to, one ordinary."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.settings import Settings
from tests.judged import judged_centre

CALMED, ESCALATED, GAVE_IN, ORDINARY = "T1", "T2", "T3", "T4"
PHONE = "13900001234"
GREETING = "话务员：您好12345政务服务便民热线请问有什么可以帮您\n"
CLOSING = "话务员：请问您还有其他需要吗\n来电人：没有了\n话务员：感谢您的来电再见\n"
DIALOGUES = {
    CALMED: GREETING
    + "来电人：你们这群饭桶电梯坏了五天没人修老人下不了楼我这是第三次打了\n"
    + "话务员：非常抱歉让您等了这么久您的心情我理解我马上给您加急转住建局今天下午就有人联系您\n"
    + f"来电人：那我的电话是{PHONE}\n"
    + "话务员：好的电话记下了金桂花园三号楼五个工作日内答复您\n"
    + "来电人：行那谢谢你了刚才我话说重了\n"
    + CLOSING,
    ESCALATED: GREETING
    + "来电人：你是聋子吗我说的是南门不是北门一群废物\n"
    + "话务员：你冲我喊什么跟我吵有什么用\n"
    + "来电人：你怎么骂人呢我要投诉你\n"
    + "话务员：你算老几去投诉啊谁怕谁我挂了\n",
    GAVE_IN: GREETING
    + "来电人：公租房我收入超了你必须给我想办法批了\n"
    + "话务员：收入超标是不能申请的\n"
    + "来电人：我不管你就得给我办\n"
    + "话务员：那好吧我找人办给您特批一套\n"
    + "来电人：好\n",
    ORDINARY: GREETING
    + "来电人：我想问居住证到期怎么续签\n"
    + "话务员：居住证到期前三十天可以在手机上签注不收费请您带上身份证\n"
    + "来电人：好的谢谢\n"
    + CLOSING,
}


def training_centre(root: Path) -> tuple[Settings, sessionmaker[Session]]:
    """Make the workspace; the run has looked its calls through."""
    return judged_centre(root, DIALOGUES)
